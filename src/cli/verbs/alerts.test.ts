import { expect, test } from 'vitest';

import { deployer } from '../../../test/cli/command-line.ts';
import { stubServer } from '../../../test/cli/stub-server.ts';
import type { AlertEnvironmentView, AlertTestView } from '../../api/views/alerts.ts';

const minutesAgo = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();

const production: AlertEnvironmentView = {
  environment: 'production',
  deployment: 'production-7',
  release: `sha256:${'a'.repeat(64)}`,
  version: '1.4.0',
  windowSeconds: 60,
  minRequests: 20,
  rules: [
    {
      metric: 'errorRate',
      limit: 0.02,
      value: 0.129,
      state: 'firing',
      since: minutesAgo(3),
      reason: '31 of 240 requests failed, 12.9 % (2 % allowed)',
    },
    {
      metric: 'p95Ms',
      limit: 400,
      value: 87,
      state: 'ok',
      since: minutesAgo(60),
      reason: 'p95 is 87 ms (400 ms allowed) over 240 requests',
    },
    {
      metric: 'cpu',
      limit: 0.9,
      value: null,
      state: 'undecided',
      since: null,
      reason: 'nobody has looked yet',
    },
  ],
  receivers: [
    {
      receiver: 'https://hooks.example.com/…',
      last: {
        kind: 'firing',
        at: minutesAgo(3),
        deliveredAt: minutesAgo(3),
        attempts: 1,
        error: null,
        nextTryAt: null,
      },
    },
    {
      receiver: 'secret://local/alerts#webhook',
      last: {
        kind: 'firing',
        at: minutesAgo(3),
        deliveredAt: null,
        attempts: 2,
        error: 'it answered with status 404',
        nextTryAt: null,
      },
    },
  ],
  lookedAt: minutesAgo(0),
};

test('each rule stands with its state, its value against its limit and why, and each receiver with what it was told', async () => {
  const { home } = await stubServer({ alerts: () => ({ integration: 'desk', environments: [production] }) });
  const { code, out } = await deployer(['alerts', '--integration', 'desk'], { home });
  expect(code).toBe(0);
  expect(out.trimEnd().split('\n')).toEqual([
    'production  production-7 1.4.0, judged over 60 s, looked at just now',
    '  ✗ errorRate  firing     12.9 % of 2 %    3 min  31 of 240 requests failed, 12.9 % (2 % allowed)',
    '  ✓ p95Ms      ok         87 ms of 400 ms  1 h    p95 is 87 ms (400 ms allowed) over 240 requests',
    '  ? cpu        undecided  – of 90 %               nobody has looked yet',
    '',
    '  ● https://hooks.example.com/…    firing told 3 min ago',
    '  ✗ secret://local/alerts#webhook  firing of 3 min ago not told: it answered with status 404 (2 tries, given up)',
  ]);
});

test('what has just failed for the first time says so, and when it is tried again', async () => {
  const nextTryAt = new Date(Date.now() + 3_615_000).toISOString();
  const last = {
    kind: 'firing',
    at: minutesAgo(0),
    deliveredAt: null,
    attempts: 1,
    error: 'nobody listens',
    nextTryAt,
  } as const;
  const view = { ...production, rules: [], receivers: [{ receiver: 'https://a.example', last }] };
  const { home } = await stubServer({ alerts: () => ({ integration: 'desk', environments: [view] }) });
  const { out } = await deployer(['alerts', '--integration', 'desk'], { home });
  expect(out).toContain('firing of just now not told: nobody listens (1 try, next try in 1 h)');
});

test('one environment is asked for by its name, and --json is what the server says', async () => {
  const view = { integration: 'desk', environments: [production] };
  const { home, requests } = await stubServer({ alerts: () => view });
  const { out } = await deployer(['alerts', 'production', '--integration', 'desk', '--json'], { home });
  expect(JSON.parse(out)).toEqual(view);
  expect(requests.find(({ call }) => call === 'alerts')?.query).toEqual({ environment: 'production' });
});

test('without any rule it says what to do', async () => {
  const { home } = await stubServer({ alerts: () => ({ integration: 'desk', environments: [] }) });
  const { out } = await deployer(['alerts', '--integration', 'desk'], { home });
  expect(out).toContain('Nothing of desk that is live raises alerts.');
  expect(out).toContain('deployer answer rollback.alert-errors 2%');
});

const tested: AlertTestView = {
  environment: 'production',
  event: 'desk/production/test/1',
  evidence: `sha256:${'b'.repeat(64)}`,
  deliveries: [
    { receiver: 'https://a.example', delivered: true, attempts: 1, status: 204, error: null, ms: 120 },
    { receiver: 'https://b.example', delivered: true, attempts: 2, status: 200, error: null, ms: 5300 },
  ],
};

test('a test that has arrived says where, and names its evidence', async () => {
  const { home, requests } = await stubServer({ testAlerts: () => tested });
  const { code, out } = await deployer(['alerts', '--test', 'production', '--integration', 'desk'], { home });
  expect(code).toBe(0);
  expect(out).toContain('a test alert of production reached 2 receivers');
  expect(out).toContain(tested.evidence);
  expect(requests.find(({ call }) => call === 'testAlerts')?.body).toEqual({ environment: 'production' });
});

test('a test that has not arrived everywhere exits 1 with the reason', async () => {
  const failed = {
    receiver: 'https://b.example',
    delivered: false,
    attempts: 3,
    status: 500,
    error: 'it answered with status 500',
    ms: null,
  };
  const { home } = await stubServer({ testAlerts: () => ({ ...tested, deliveries: [failed] }) });
  const { code, out } = await deployer(['alerts', '--test', '--integration', 'desk', '--json'], { home });
  expect(code).toBe(1);
  expect(JSON.parse(out)).toMatchObject({
    type: 'error',
    error: {
      code: 'alert_undelivered',
      message:
        'The test alert of production did not reach https://b.example: it answered with status 500 (tried 3 times).',
      hint: 'Mend the receiver or its address, then: deployer alerts --test production',
    },
  });
});

test('an environment may be called test: it is looked at, and nothing is sent', async () => {
  const view = { integration: 'desk', environments: [] };
  const { home, requests } = await stubServer({ alerts: () => view });
  expect((await deployer(['alerts', 'test', '--integration', 'desk'], { home })).code).toBe(0);
  expect(requests.find(({ call }) => call === 'alerts')?.query).toEqual({ environment: 'test' });
  expect(requests.filter(({ call }) => call === 'testAlerts')).toEqual([]);
});
