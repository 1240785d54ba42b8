import { expect, test } from 'vitest';

import { deployer } from '../../../test/cli/command-line.ts';
import { type StubServer, stubServer } from '../../../test/cli/stub-server.ts';
import type { DecidedView, DecisionView } from '../../api/views/decisions.ts';
import type { Binding } from '../../core/approval/binding.ts';
import { DeployerError } from '../../errors.ts';

const at = '2026-12-07T12:00:00.000Z';
const parts: Binding = {
  environment: 'production',
  release: `sha256:${'1'.repeat(64)}`,
  content: `sha256:${'2'.repeat(64)}`,
  configuration: `sha256:${'3'.repeat(64)}`,
  policy: `sha256:${'4'.repeat(64)}`,
  deployment: null,
  replaces: 'production-4',
};

function decision(facts: Partial<DecisionView> = {}): DecisionView {
  const run = facts.run ?? 'desk-1';
  return {
    run,
    kind: 'approval',
    environment: 'production',
    stage: 'approval',
    version: '1.4.0',
    commit: 'c'.repeat(40),
    authors: ['dev@example.com'],
    requester: 'dev@example.com',
    parts,
    binding: 'sha256:shown',
    refusal: null,
    waiting: {
      kind: 'approval',
      run,
      environment: 'production',
      reason: 'ops@example.com has to approve.',
      since: at,
      deadline: at,
      next: `deployer approve ${run}`,
    },
    changes: [{ path: 'agent.model.id', from: 'sim-1', to: 'sim-2' }],
    rollback: { ready: true, reasons: [] },
    notices: ['It descends from 1.3.1, which is on hold.'],
    approvals: { given: [], needed: 1 },
    scenarios: [],
    url: 'https://127.0.0.1:40001',
    caFile: '/home/ca.pem',
    ...facts,
  };
}

const decided: DecidedView = {
  run: 'desk-1',
  decision: 'approved',
  by: 'qa@example.com',
  at,
  environment: 'production',
  approvals: null,
};

function waitingFor(...decisions: readonly DecisionView[]): Promise<StubServer> {
  return stubServer({
    decisions: () => ({ decisions }),
    approve: () => decided,
    uat: () => decided,
    reject: () => decided,
  });
}

function bodyOf(server: StubServer, call: string): unknown {
  return server.requests.find((request) => request.call === call)?.body;
}

test('who may not decide is told so at once, shown and asked nothing', async () => {
  const refusal = { reason: 'dev@example.com wrote this commit.', hint: 'Ask another person.' };
  const server = await waitingFor(decision({ refusal }));
  const { code, out, err } = await deployer(['approve', '--integration', 'desk'], { home: server.home });
  expect(code).toBe(4);
  expect(out).toBe('');
  expect(err).toContain(refusal.reason);
  expect(bodyOf(server, 'approve')).toBeUndefined();
});

test('what is approved is shown first, and the approval is bound to exactly that', async () => {
  const server = await waitingFor(decision());
  const { code, out } = await deployer(['approve', '--integration', 'desk', '--reason', 'read'], {
    home: server.home,
  });
  expect(code).toBe(0);
  for (const shown of [
    'Approve 1.4.0 for production?',
    'desk-1, shipped by dev@example.com',
    'ccccccc by dev@example.com',
    'sha256:111111111111',
    'production-4',
    'https://127.0.0.1:40001',
    'changes against production-4',
    '~ agent.model.id  sim-1 → sim-2',
    '! It descends from 1.3.1, which is on hold.',
    'ops@example.com has to approve.',
  ]) {
    expect(out).toContain(shown);
  }
  expect(out.indexOf('✓ desk-1 approved in production by qa@example.com')).toBeGreaterThan(
    out.indexOf('Approve 1.4.0'),
  );
  expect(bodyOf(server, 'approve')).toEqual({ binding: 'sha256:shown', reason: 'read' });
});

test('with --json stdout is the decision only', async () => {
  const server = await waitingFor(decision());
  const { out, err } = await deployer(['approve', 'desk-1', '--json'], { home: server.home });
  expect(JSON.parse(out)).toEqual(decided);
  expect(err).toContain('Approve 1.4.0 for production?');
});

test('the run that is named is decided, wherever the command is typed', async () => {
  const server = await waitingFor(decision(), decision({ run: 'desk-2', binding: 'sha256:second' }));
  const { code } = await deployer(['approve', 'desk-2'], { home: server.home });
  expect(code).toBe(0);
  expect(bodyOf(server, 'approve')).toEqual({ binding: 'sha256:second', reason: null });
});

test('when several wait, one must be named', async () => {
  const server = await waitingFor(decision(), decision({ run: 'desk-2' }));
  const { code, err } = await deployer(['approve', '--integration', 'desk'], { home: server.home });
  expect(code).toBe(2);
  expect(err).toMatch(/desk-1 .*\n.*desk-2 /);
  expect(err).toContain('→ deployer approve desk-1');
  expect(bodyOf(server, 'approve')).toBeUndefined();
});

test('when nothing waits for it, the error says what does', async () => {
  const server = await waitingFor(decision());
  const { code, err } = await deployer(['uat', 'pass', '--integration', 'desk'], { home: server.home });
  expect(code).toBe(1);
  expect(err).toContain('✗ No run waits for user acceptance.');
  expect(err).toContain('→ deployer approve desk-1');
});

test('what was approved and has changed meanwhile is refused, with the new difference', async () => {
  let asked = 0;
  const now = { ...parts, configuration: `sha256:${'9'.repeat(64)}`, replaces: 'production-5' };
  const server = await stubServer({
    decisions: () => {
      asked += 1;
      return { decisions: [asked === 1 ? decision() : decision({ parts: now, binding: 'sha256:new' })] };
    },
    approve: () => {
      throw new DeployerError('approval_mismatch', { message: 'It changed.', hint: 'deployer approve' });
    },
  });
  const { code, err } = await deployer(['approve', '--integration', 'desk'], { home: server.home });
  expect(code).toBe(1);
  expect(err).toContain('~ configuration  sha256:333333333333 → sha256:999999999999');
  expect(err).toContain('~ replaces  production-4 → production-5');
  expect(err).toContain('→ deployer approve desk-1');
});

test('whoever may not decide gets exit code 4', async () => {
  const server = await stubServer({
    decisions: () => ({ decisions: [decision()] }),
    approve: () => {
      throw new DeployerError('approval_not_allowed', {
        message: 'qa@example.com wrote it.',
        hint: 'Ask another.',
      });
    },
  });
  const { code } = await deployer(['approve', '--integration', 'desk'], { home: server.home });
  expect(code).toBe(4);
});

test('uat sends the verdict of each scenario, and lists them numbered', async () => {
  const server = await waitingFor(
    decision({ kind: 'uat', scenarios: ['answers a refund', 'refuses an injection'] }),
  );
  const args = [
    'uat',
    'fail',
    '--integration',
    'desk',
    '--scenario',
    '2=fail',
    '--scenario',
    'answers a refund=pass',
  ];
  const { code, out } = await deployer([...args, '--note', 'it answered'], { home: server.home });
  expect(code).toBe(0);
  expect(out).toContain('2. refuses an injection');
  expect(bodyOf(server, 'uat')).toEqual({
    verdict: 'fail',
    binding: 'sha256:shown',
    scenarios: { '2': 'fail', 'answers a refund': 'pass' },
    note: 'it answered',
  });
});

test('an undecided run can be rejected', async () => {
  const server = await waitingFor(decision({ kind: 'undecided', parts: null, binding: null }));
  const args = ['reject', '--integration', 'desk', '--reason', 'no data'];
  expect((await deployer(args, { home: server.home })).code).toBe(0);
  expect(bodyOf(server, 'reject')).toEqual({ reason: 'no data' });
});
