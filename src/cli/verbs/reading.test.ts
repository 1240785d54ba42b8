import { expect, test } from 'vitest';

import { deployer, type Ran } from '../../../test/cli/command-line.ts';
import { type Answers, stubServer } from '../../../test/cli/stub-server.ts';

const at = '2026-12-07T12:00:00.000Z';
const release = `sha256:${'a'.repeat(64)}`;
const commit = 'c'.repeat(40);

const answers = {
  status: () => ({
    integration: 'desk',
    name: 'Desk',
    emoji: '🎫',
    waiting: [],
    environments: [],
    tracking: null,
    running: [],
    notices: [],
    trouble: [],
  }),
  runs: () => ({
    runs: [
      {
        run: 'desk-2',
        release: null,
        version: null,
        commit,
        state: 'running',
        to: 'dev',
        startedAt: at,
        endedAt: null,
        waiting: null,
      },
      {
        run: 'desk-1',
        release,
        version: '1.0.0',
        commit,
        state: 'failed',
        to: 'dev',
        startedAt: at,
        endedAt: at,
        waiting: null,
      },
    ],
    next: 'desk-0',
  }),
  releases: () => ({
    releases: [
      {
        release,
        version: '1.0.0',
        commit,
        createdAt: at,
        environments: ['dev'],
        holds: [{ environment: null, reason: 'wrong refunds', by: 'ops@example.com', at }],
        prunedAt: null,
      },
    ],
    next: null,
  }),
  diff: () => ({
    a: release,
    b: 'dev-2',
    changes: [
      { path: 'agent.model.id', from: 'sim-1', to: 'sim-2' },
      { path: 'components.app.env.NEW', from: null, to: '1' },
      { path: 'components.app.env.OLD', from: '1', to: null },
    ],
  }),
  audit: () => ({
    entries: [
      {
        id: '7',
        at,
        by: 'ops@example.com',
        proven: false,
        action: 'freeze',
        subject: 'production',
        integration: 'desk',
        detail: { until: null, reason: 'a fair', commit, generation: 2 },
      },
      {
        id: '6',
        at,
        by: 'ops@example.com',
        proven: false,
        action: 'hold',
        subject: release,
        integration: 'desk',
        detail: { reason: 'errors' },
      },
    ],
    next: '7',
    chain: { entries: 7, checked: 7, head: release, broken: null, contains: null },
  }),
  run: () => ({
    run: 'desk-1',
    integration: 'desk',
    release,
    version: '1.0.0',
    commit,
    state: 'failed',
    to: 'dev',
    requester: 'dev@example.com',
    note: 'second try',
    reason: 'npm test ended with exit code 1',
    startedAt: at,
    endedAt: at,
    stages: [
      {
        name: 'unit',
        environment: null,
        state: 'failed',
        verdict: 'fail',
        startedAt: at,
        endedAt: at,
        reason: 'exit code 1',
      },
      {
        name: 'prepare',
        environment: 'dev',
        state: 'skipped',
        verdict: null,
        startedAt: null,
        endedAt: null,
        waiting: null,
        reason: null,
      },
    ],
    waiting: null,
    switchedBack: [],
    hold: null,
  }),
  runEvents: () => ({
    lines: [
      {
        type: 'log',
        run: 'desk-1',
        at,
        stage: 'unit',
        environment: null,
        stream: 'stdout',
        line: 'expected 1, got 2',
      },
      { type: 'log', run: 'desk-1', at, stage: 'build', environment: null, stream: 'stdout', line: 'built' },
    ],
  }),
} satisfies Answers;

async function read(...args: readonly string[]): Promise<Ran> {
  const { home } = await stubServer(answers);
  return deployer([...args, '--integration', 'desk'], { home });
}

test.for([
  [['status'], 'status'],
  [['runs'], 'runs'],
  [['releases'], 'releases'],
  [['diff', 'a', 'b'], 'diff'],
  [['audit'], 'audit'],
  [['run', 'desk-1'], 'run'],
] as const)(
  'deployer %j --json prints what the server knows, whole, and needs no identity',
  async ([args, call]) => {
    const { code, out, err } = await read(...args, '--json');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(JSON.parse(out)).toEqual(answers[call]());
  },
);

test('runs shows states and how to see more', async () => {
  const { out } = await read('runs');
  expect(out).toMatch(/• desk-2 {2}running {2}ccccccc {2}→ dev/);
  expect(out).toMatch(/✗ desk-1 {2}failed {3}1\.0\.0 {4}→ dev/);
  expect(out).toContain('→ deployer runs --after desk-0');
});

test('releases shows where each is live and what is on hold, and why', async () => {
  const { out } = await read('releases');
  expect(out).toContain('live in dev  on hold everywhere: wrong refunds (by ops@example.com)');
});

test('audit shows who did what and why, and the digest to keep', async () => {
  const { out } = await read('audit');
  expect(out).toMatch(
    /freeze {2}ops@example\.com \(claimed\) {2}production {11}a fair; commit ccccccc, generation 2/,
  );
  expect(out).toMatch(/hold {4}ops@example\.com \(claimed\) {2}sha256:[0-9a-f]{12} {2}errors\n/);
  expect(out).toContain('→ deployer audit --after 7');
  expect(out).toContain(`✓ 7 acts, each as it was written\n  ${release}`);
});

test('of a long audit it is said how many of its acts were looked at', async () => {
  const chain = { entries: 9000, checked: 5000, head: release, broken: null, contains: null };
  const { home } = await stubServer({ ...answers, audit: () => ({ ...answers.audit(), chain }) });
  const { out } = await deployer(['audit', '--all'], { home });
  expect(out).toContain('✓ 9000 acts, the newest 5000 as they were written (all: deployer doctor)');
});

test.each([
  [{ broken: 'entry 3 was changed', contains: null }, 'Not as it was written: entry 3 was changed'],
  [{ broken: null, contains: false }, 'No entry has that digest'],
])('an audit that was changed is said, and is exit code 1: %j', async (found, says) => {
  const changed = { ...answers.audit(), chain: { entries: 7, checked: 7, head: release, ...found } };
  const { home } = await stubServer({ ...answers, audit: () => changed });
  const { code, out } = await deployer(['audit', '--all', '--contains', release], { home });
  expect(code).toBe(1);
  expect(out).toContain(says);
});

test.each(['abc', release.toUpperCase(), `${release} `, release.slice(7)])(
  'what is no digest is a mistyped one, and no audit that was changed: %j',
  async (text) => {
    const { code, err } = await read('audit', '--contains', text);
    expect(code).toBe(2);
    expect(err).toContain('is no digest of an audit');
  },
);

test('diff shows what came, what went and what changed', async () => {
  const { out } = await read('diff', 'a', 'b');
  expect(out).toContain('~ agent.model.id  sim-1 → sim-2');
  expect(out).toContain('+ components.app.env.NEW  1');
  expect(out).toContain('- components.app.env.OLD  1');
});

test('a failed run shows what its failed stage wrote, and nothing of the others', async () => {
  const { out } = await read('run', 'desk-1');
  expect(out).toMatch(/✗ unit .* exit code 1\n {4}│ expected 1, got 2\n/);
  expect(out).not.toContain('built');
  expect(out).toContain('\ndev\n  · not run: prepare\n');
  expect(out).toContain('✗ desk-1 failed in unit: npm test ended with exit code 1');
});
