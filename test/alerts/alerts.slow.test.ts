import { readFile } from 'node:fs/promises';
import { afterAll, expect, test } from 'vitest';

import type { AlertsView, AlertTestView } from '../../src/api/views/alerts.ts';
import type { ChecklistView } from '../../src/api/views/checklist.ts';
import type { StatusView } from '../../src/api/views/status.ts';
import { homeOfThisFile } from '../harness/deployer-home.ts';
import { helloFile, helloProgram, helloSpec } from '../harness/hello.ts';
import { openProject } from '../harness/project.ts';
import { openReceiver } from '../harness/receiver.ts';
import { startTraffic } from '../harness/traffic.ts';
import { until, untilTrue } from '../harness/until.ts';

const home = await homeOfThisFile();
const receiver = await openReceiver();
afterAll(() => receiver[Symbol.asyncDispose]());
const path = '/services/T0planted/B0planted/token';

const hello = openProject(home, 'hello');
const alerts = { errorRate: 0.1, cpu: 0.95, restarts: 0, windowSeconds: 5, minRequests: 5 };
hello.commit({
  'deployer.yaml': {
    ...helloSpec({ production: { approval: { none: 'a test' }, keepPrevious: '1h' } }),
    monitoring: { alerts, notify: [{ webhook: 'secret://local/alerts#webhook' }] },
  },
  [helloFile]: helloProgram({ says: 'one' }),
});

async function alertState(metric: string): Promise<string | undefined> {
  const { environments } = await hello.read<AlertsView>('alerts', 'production');
  return environments[0]?.rules.find((rule) => rule.metric === metric)?.state;
}

/** How Monitoring Setup stands in the checklist. */
async function setUp(): Promise<string | undefined> {
  const { items } = await hello.read<ChecklistView>('checklist');
  const cell = items.find(({ id }) => id === 'monitoring-setup')?.cells['production'];
  return `${cell?.status}: ${cell?.reason}`;
}

function events(kind: string): readonly string[] {
  return receiver.received.filter(({ body }) => body.kind === kind).map(({ body }) => body.id);
}

const watched = openProject(home, 'watched');

test('a ship whose receiver is a secret that is not set is refused, and `check` says so beforehand', async () => {
  expect(await hello.refused(['ship'])).toMatchObject({ code: 'secret_missing' });
  expect(await hello.read('check')).toMatchObject({ unsetSecrets: ['alerts#webhook'] });
});

test('a test alert arrives once, and is kept as evidence of what is live', async () => {
  await hello.run(['secret', 'set', 'alerts#webhook'], { input: `${receiver.url}${path}` });
  expect(await hello.ship()).toMatchObject({ code: 0 });
  await untilTrue(
    'the rules to be loaded',
    async () => (await setUp()) === 'pending: no test alert was sent under these rules',
  );
  const tested = await hello.read<AlertTestView>('alerts', '--test');
  expect(tested).toMatchObject({
    environment: 'production',
    evidence: expect.stringMatching(/^sha256:/),
    deliveries: [
      { receiver: 'secret://local/alerts#webhook', delivered: true, attempts: 1, status: 204, error: null },
    ],
  });
  expect(receiver.received).toHaveLength(1);
  expect(await setUp()).toBe('done: figures are read, 3 rules judge, and a test alert arrived');
  expect(receiver.received[0]).toMatchObject({
    path,
    body: { kind: 'test', integration: 'hello', environment: 'production', alert: null },
  });
  const { environments } = await hello.read<AlertsView>('alerts');
  expect(environments[0]?.receivers).toMatchObject([{ last: { kind: 'test', error: null, attempts: 1 } }]);
});

test('a test that does not arrive fails with the reason, and `doctor` is not troubled by a test', async () => {
  receiver.answer(500);
  const refused = await hello.refused(['alerts', '--test', 'production']);
  expect(refused).toMatchObject({ code: 'alert_undelivered', exit: 1 });
  expect(refused.message).toContain('secret://local/alerts#webhook: it answered with status 500');
  expect(await setUp()).toMatch(/^failed: the test alert did not arrive: .*status 500/);
  receiver.answer(204);
});

test('errors make it fire within seconds, one is told once, and going back resolves it', async () => {
  hello.commit({ [helloFile]: helloProgram({ says: 'two', flaw: 'fails users' }) });
  expect(await hello.ship()).toMatchObject({ code: 0 });
  const traffic = await startTraffic(await hello.environment('production'), { users: 2 });
  try {
    const shipped = performance.now();
    await untilTrue('the alert to be told', () => events('firing').length > 0);
    expect(performance.now() - shipped).toBeLessThan(30_000);
    expect(receiver.received.at(-1)?.body).toMatchObject({
      kind: 'firing',
      alert: { metric: 'errorRate', value: 1, limit: 0.1 },
      deployment: 'production-2',
      next: 'deployer alerts production --integration hello',
    });
    expect(await alertState('errorRate')).toBe('firing');
    const { environments } = await hello.read<StatusView>('status');
    expect(environments[0]?.trouble.join('\n')).toMatch(
      /^errorRate alert: \d+ of \d+ requests failed, 100 %/m,
    );

    await hello.rollback('production');
    await untilTrue('it to be told that it has ended', () => events('resolved').length > 0);
    expect(await alertState('errorRate')).toBe('ok');
    expect(events('firing')).toHaveLength(1);
    expect(events('resolved')).toHaveLength(1);
  } finally {
    await traffic.stop();
  }
  // Nobody asks any more: nothing is known, and that is not well.
  await until('it to be undecided', async () =>
    (await alertState('errorRate')) === 'undecided' ? true : null,
  );
});

test('a run that waits for people, and one that a watch finds bad, are told once each, with what to type', async () => {
  const watch = { seconds: 2, minRequests: 4, errorRate: 0.1, probe: { path: '/work' } };
  const approval = { approvers: ['ops@example.com'] };
  const spec = {
    ...helloSpec({ production: { approval, watch, keepPrevious: '1h' } }),
    integration: { key: 'watched' },
    monitoring: { notify: [{ webhook: receiver.url }] },
  };
  watched.commit({ 'deployer.yaml': spec, [helloFile]: helloProgram({ says: 'one' }) });
  const told = (): readonly unknown[] =>
    receiver.received
      .filter(({ body }) => body.integration === 'watched')
      .map(({ body: { kind, next } }) => [kind, next]);
  const first = await watched.ship();
  expect(first.code).toBe(3);
  await untilTrue('people to be told', () => told().length === 1);
  await watched.run(['approve', first.run], { user: 'ops@example.com' });
  expect(await watched.run(['run', first.run, '--follow'])).toMatchObject({ code: 0 });
  watched.commit({ [helloFile]: helloProgram({ says: 'two', flaw: 'fails users' }) });
  const second = await watched.ship();
  await watched.run(['approve', second.run], { user: 'ops@example.com' });
  expect(await watched.run(['run', second.run, '--follow'])).toMatchObject({ code: 1 });
  await untilTrue('people to be told of the rollback', () => told().length === 3);
  expect(told()).toEqual([
    ['waiting', `deployer approve ${first.run}`],
    ['waiting', `deployer approve ${second.run}`],
    ['held', `deployer run ${second.run}`],
  ]);
});

test('people are told that somebody went back, from where, to where and why', async () => {
  const before = receiver.received.length;
  watched.commit({ [helloFile]: helloProgram({ says: 'three' }) });
  const third = await watched.ship();
  await watched.run(['approve', third.run], { user: 'ops@example.com' });
  expect(await watched.run(['run', third.run, '--follow'])).toMatchObject({ code: 0 });
  await watched.run(['rollback', 'production', '--reason', 'it greets nobody']);
  const wentBack = (): readonly unknown[] =>
    receiver.received.slice(before).flatMap(({ body }) => (body.kind === 'held' ? [body] : []));
  await untilTrue('people to be told', () => wentBack().length > 0);
  expect(wentBack()).toEqual([
    expect.objectContaining({
      run: null,
      text: expect.stringMatching(/went back from production-\d+ to production-\d+: it greets nobody/),
      next: 'deployer status --integration watched',
    }),
  ]);
});

test('a server that is killed between the sending and its record repeats it with the same id', async () => {
  const before = receiver.received.length;
  receiver.answer(() => undefined, 204);
  const asked = hello.start(['alerts', '--test', '--json']);
  await untilTrue('it to be sent', () => receiver.received.length > before);
  await home.killServer();
  await asked.ended;
  await hello.read('status');
  // The one who had taken it is waited for, for as long as a try may take.
  await untilTrue('it to be sent again', () => receiver.received.length > before + 1);
  const [first, second] = receiver.received.slice(before);
  expect(second?.body.id).toBe(first?.body.id);
  expect(second?.headers['idempotency-key']).toBe(first?.headers['idempotency-key']);
});

test('`top` shows what users have, in figures and in a table', async () => {
  const traffic = await startTraffic(await hello.environment('production'), { users: 2 });
  try {
    await traffic.untilAnsweredBy('production-1');
    const { deployments } = await hello.read<{ deployments: readonly Record<string, unknown>[] }>(
      'top',
      '--once',
    );
    expect(deployments[0]).toMatchObject({
      integration: 'hello',
      environment: 'production',
      deployment: 'production-1',
      stable: true,
      share: 1,
      replicas: { ready: 1, all: 1 },
      errorRate: 0,
    });
    expect(deployments[0]?.['requestsPerSecond']).toBeGreaterThan(5);
    for (const figure of ['p50Ms', 'p95Ms', 'cpuCores', 'memoryBytes'])
      expect(deployments[0]?.[figure]).toBeGreaterThan(0);
    const { out } = await hello.run(['top']);
    expect(out).toMatch(/^INTEGRATION .*\nhello +production-1 .* live .*\nhello +production-2 .* warm /);
  } finally {
    await traffic.stop();
  }
});

test('an event that cannot be delivered is named by `doctor`, with what to do', async () => {
  receiver.answer(503);
  hello.commit({ [helloFile]: helloProgram({ says: 'three', flaw: 'fails users' }) });
  expect(await hello.ship()).toMatchObject({ code: 0 });
  const traffic = await startTraffic(await hello.environment('production'), { users: 2 });
  try {
    const said = await until('doctor to say so', async () => {
      const { out } = await hello.run(['doctor', '--json']);
      return out.includes('was not told') ? out : null;
    });
    expect(said).toContain('it answered with status 503');
    expect(said).toContain('deployer alerts --test production --integration hello');
  } finally {
    await traffic.stop();
    receiver.answer(204);
  }
});

test('the address, which is a secret, stands nowhere', async () => {
  const seen = [
    await readFile(home.home.serverLog, 'utf8'),
    ...(await Promise.all(
      [['alerts'], ['alerts', '--json'], ['status', '--json'], ['doctor', '--json'], ['audit', '--json']].map(
        async (args) => (await hello.run(args)).out,
      ),
    )),
  ];
  for (const text of seen) expect(text).not.toContain('T0planted');
});
