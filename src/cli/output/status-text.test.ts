import { beforeAll, expect, test } from 'vitest';

import type { DeploymentView, EnvironmentView, StatusView } from '../../api/views/status.ts';
import { statusText } from './status-text.ts';
import { styleOf } from './style.ts';

beforeAll(() => void (process.env['TZ'] = 'UTC'));

const now = new Date('2026-12-07T12:00:00Z');
const settings = { style: styleOf(false), width: 120, now };

function deployment(facts: Partial<DeploymentView> & Pick<DeploymentView, 'deployment'>): DeploymentView {
  return {
    release: `sha256:${'a'.repeat(64)}`,
    version: '1.4.0',
    state: 'live',
    stable: true,
    share: 1,
    audience: null,
    url: null,
    since: '2026-12-07T11:25:00Z',
    hold: null,
    ...facts,
  };
}

function environment(facts: Partial<EnvironmentView>): EnvironmentView {
  return {
    name: 'production',
    target: 'process',
    host: null,
    url: null,
    caFile: null,
    live: null,
    previous: null,
    candidate: null,
    deployments: [],
    residents: [],
    frozen: null,
    waiting: [],
    trouble: [],
    ...facts,
  };
}

function status(environments: readonly EnvironmentView[], own: Partial<StatusView> = {}): StatusView {
  const of = { integration: 'triage-desk', name: 'Triage Desk', emoji: '🎫', tracking: null, trouble: [] };
  return { ...of, waiting: [], running: [], notices: [], environments, ...own };
}

const live = {
  deployment: 'production-5',
  release: 'sha256:a',
  version: '1.4.0',
  since: '2026-12-07T11:25:00Z',
};

test('an environment shows what is live, what comes, and what one could go back to', () => {
  const production = environment({
    url: 'https://127.0.0.1:7443',
    live,
    previous: {
      deployment: 'production-4',
      release: 'sha256:b',
      version: '1.3.0',
      warm: true,
      rollback: { ready: true, reasons: [] },
    },
    candidate: {
      deployment: 'production-6',
      release: 'sha256:c',
      version: '1.5.0',
      state: 'ready',
      url: 'https://127.0.0.1:40001',
    },
    deployments: [
      deployment({ deployment: 'production-4', version: '1.3.0', state: 'warm', stable: false, share: 0 }),
      deployment({ deployment: 'production-6', version: '1.5.0', state: 'ready', stable: false, share: 0 }),
      deployment({ deployment: 'production-5' }),
      deployment({ deployment: 'production-3', state: 'retired', stable: false, share: 0 }),
    ],
  });
  expect(`\n${statusText(status([environment({ name: 'dev' }), production]), settings)}`).toBe(`
🎫 Triage Desk  triage-desk

dev         nothing is live
production  https://127.0.0.1:7443
  ● production-5  1.4.0  live   35 min
  ○ production-6  1.5.0  ready  35 min  https://127.0.0.1:40001
  ○ production-4  1.3.0  warm   35 min  rollback ready`);
});

test('what exists once stands below the deployments that use it, with who is changing it', () => {
  const resident = {
    component: 'store',
    release: 'sha256:a',
    version: '1.2.0',
    since: live.since,
    state: 'ready' as const,
    url: null,
  };
  const production = environment({
    url: 'https://127.0.0.1:7443',
    live,
    deployments: [deployment({ deployment: 'production-5' })],
    residents: [
      { ...resident, changing: null, isUsed: true },
      {
        ...resident,
        component: 'cache',
        version: null,
        since: null,
        changing: 'triage-desk-7',
        isUsed: true,
        state: 'starting',
      },
      { ...resident, component: 'queue', changing: null, isUsed: false },
      { ...resident, component: 'index', changing: null, isUsed: true, state: 'failed' },
      { ...resident, component: 'disk', changing: null, isUsed: true, state: 'absent' },
    ],
  });
  expect(statusText(status([production]), settings)).toContain(`
  ● production-5  1.4.0  live      35 min
  ◆ store         1.2.0  kept      35 min  exists once
  ◇ cache                changing          by triage-desk-7
  ◆ queue         1.2.0  kept      35 min  not part of what is live; its data are kept
  ◇ index         1.2.0  failed    35 min  exists once
  ◇ disk          1.2.0  down      35 min  exists once`);
});

test('a warm deployment that a rollback passes over says why', () => {
  const hold = { environment: 'production', reason: 'errors.', by: 'deployer' };
  const warm = { version: '1.3.0', state: 'warm', stable: false, share: 0 } as const;
  const production = environment({
    url: 'https://127.0.0.1:7443',
    live,
    deployments: [
      deployment({ deployment: 'production-4', ...warm, hold }),
      deployment({ deployment: 'production-5' }),
    ],
  });
  expect(statusText(status([production]), settings)).toContain(
    '○ production-4  1.3.0  warm  35 min  on hold: errors (by deployer itself)',
  );
});

test('what is wrong, what is frozen and what waits stands below, each with what to do', () => {
  const waiting = {
    kind: 'approval',
    run: 'triage-desk-12',
    environment: 'production',
    reason: 'ops@example.com has to approve.',
    since: '2026-12-07T11:50:00Z',
    deadline: '2026-12-21T11:50:00Z',
    next: 'deployer approve triage-desk-12',
  } as const;
  const production = environment({
    live,
    deployments: [deployment({ deployment: 'production-5' })],
    trouble: ['The edge does not answer.'],
    frozen: {
      reason: 'year end',
      since: '2026-11-25T10:00:00.000Z',
      until: '2027-01-02T00:00:00Z',
      by: 'ops@example.com',
    },
    previous: {
      deployment: 'production-4',
      release: 'sha256:b',
      version: '1.3.0',
      warm: false,
      rollback: { ready: false, reasons: ['its artifacts are gone'] },
    },
    waiting: [waiting],
  });
  const text = statusText({ ...status([production]), waiting: [waiting] }, settings);
  expect(text).toContain('! production  The edge does not answer.');
  expect(text).toContain('! production  frozen until 2 Jan 2027 00:00 by ops@example.com: year end');
  expect(text).toContain('○ production  production-4 1.3.0, cold: no rollback: its artifacts are gone');
  expect(text.match(/triage-desk-12 waits for approval in production/g)).toHaveLength(1);
  expect(text).toContain('since 11:50 (10 min), until 21 Dec 11:50');
  expect(text).toContain('→ deployer approve triage-desk-12');
});

test('what is started again after a restart does not look live, and is one line', () => {
  const text = statusText(
    status([
      environment({
        live,
        deployments: [
          deployment({ deployment: 'production-5' }),
          deployment({ deployment: 'production-4', state: 'warm', stable: false, share: 0 }),
        ],
        trouble: [
          'production-5: No supervisor looks after it.',
          'production-4: No supervisor looks after it.',
          'the edge does not run; it is being started',
          'production-5 has vanished; it is being started again',
          'production-4 has vanished; it is being started again',
        ],
      }),
    ]),
    settings,
  );
  expect(text).toMatch(/● production-5 {2}1\.4\.0 {2}live, starting again/);
  expect(text).toMatch(/○ production-4 {2}1\.4\.0 {2}warm, starting again/);
  expect(text.split('\n').filter((line) => line.startsWith('!'))).toEqual([
    '! production  the edge and 2 deployments are being started again (production-5, production-4)',
  ]);
});

test('what is wrong goes on under where it began, when the terminal is narrow', () => {
  const production = environment({
    live,
    trouble: ['The edge does not answer, and nobody knows for how long.'],
  });
  const text = statusText(status([production]), { ...settings, width: 50 });
  expect(text).toContain(
    '! production  The edge does not answer, and nobody\n              knows for how long.',
  );
});

test('where nothing was ever shipped, the next command is to ship', () => {
  expect(statusText(status([environment({})]), settings)).toContain('→ deployer ship');
});

test('a run that waits for nobody takes one line: where it is, of what, and since when', () => {
  const run = { state: 'running' as const, version: null, environment: null, stage: null };
  const running = [
    { ...run, run: 'desk-1', version: '1.4.0', environment: 'staging', stage: 'e2e', since: live.since },
    { ...run, run: 'desk-2', stage: 'build', since: '2026-12-07T11:59:48Z' },
    { ...run, run: 'desk-3', state: 'queued' as const, since: '2026-12-07T11:59:48Z' },
  ];
  const text = statusText(status([environment({})], { running }), settings);
  expect(text).toContain(`
• desk-1 running: staging / e2e  1.4.0, 35 min
• desk-2 running: build  12 s
• desk-3 queued  12 s`);
  expect(text).not.toContain('→ deployer ship');
});

test('that nothing answers users comes before everything else, what is only to be known after it', () => {
  const gone = 'production-5: its supervisor is gone; users may get 502';
  const environments = [
    environment({ name: 'dev', trouble: ['the edge is behind'] }),
    environment({ live, trouble: [gone], deployments: [deployment({ deployment: 'production-5' })] }),
  ];
  const text = statusText(
    status(environments, { trouble: ['the disk is full'], notices: ['A secret.'] }),
    settings,
  );
  expect(text).toMatch(/● production-5 .* live, starting again/);
  expect(text).toContain(`
✗ ${gone}
! the disk is full
! dev  the edge is behind
· A secret.`);
});
