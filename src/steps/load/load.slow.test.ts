import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';

import { percentileMs } from '../../core/verdicts/latency.ts';
import type { LoadFigures } from '../../core/verdicts/load-figures.ts';
import { freePort } from '../../lib/free-port.ts';
import { httpServer } from '../../../test/steps/http-server.ts';
import { load, type LoadOptions, type LoadRun } from './load.ts';

test('every arrival is sent and counted, the warm-up sent only', async () => {
  await using server = await httpServer('dev-1', (_, response) => response.end('ok'));
  const { figures, lateShare } = await run(server.origin, { rate: 100, warmUpMs: 200, durationMs: 500 });
  expect(server.seen).toHaveLength(70);
  expect(figures).toMatchObject({
    requests: 50,
    answered: 50,
    errors: 0,
    unanswered: 0,
    unsent: 0,
    elsewhere: 0,
  });
  expect(lateShare).toBeLessThan(1);
});

test('without a body it sends GET, with one POST', async () => {
  await using server = await httpServer('dev-1', (_, response) => response.end());
  await run(server.origin, { rate: 5, durationMs: 200 });
  expect(server.seen[0]).toMatchObject({ method: 'GET', path: '/v1/tickets', body: '' });
  const headers = { 'content-type': 'application/json' };
  await run(server.origin, {
    rate: 5,
    durationMs: 200,
    request: { path: '/v1/tickets', body: Buffer.from('{"a":1}'), headers },
  });
  expect(server.seen.at(-1)).toMatchObject({ method: 'POST', body: '{"a":1}', headers });
});

test('a stall is felt by all who arrive during it, not only by who was there when it began', async () => {
  const startedAt = performance.now();
  const stall = { from: startedAt + 300, to: startedAt + 800 };
  await using server = await httpServer('dev-1', ({ atMs }, response) => {
    const waitMs = atMs > stall.from && atMs < stall.to ? stall.to - atMs : 0;
    setTimeout(() => response.end(), waitMs);
  });
  const { figures } = await run(server.origin, { rate: 100, durationMs: 1000 });
  const during = server.seen.filter(({ atMs }) => atMs > stall.from && atMs < stall.to);
  expect(during.length).toBeGreaterThan(35);
  // Half of the time a request waits for the end of the stall, evenly from 0 to 500 ms.
  expect(percentileMs(figures.latency, 0.95)).toBeGreaterThan(350);
  expect(percentileMs(figures.latency, 0.75)).toBeGreaterThan(150);
  expect(figures.maxMs).toBeGreaterThan(420);
});

test('a status of 500 or above is a failure, one below is not', async () => {
  let n = 0;
  await using server = await httpServer('dev-1', (_, response) => {
    n += 1;
    response.writeHead(n % 4 === 0 ? 503 : 404).end();
  });
  const { figures } = await run(server.origin, { rate: 100, durationMs: 400 });
  expect(figures).toMatchObject({ requests: 40, answered: 40, errors: 10, firstProblem: 'status 503' });
});

test('a server that hangs costs its time-out and no more, and its silence counts as that long', async () => {
  await using server = await httpServer('dev-1', () => {});
  const startedAt = performance.now();
  const { figures } = await run(server.origin, { rate: 200, durationMs: 500, timeoutMs: 300 });
  expect(performance.now() - startedAt).toBeLessThan(2000);
  expect(figures).toMatchObject({ requests: 100, answered: 0, unanswered: 100 });
  expect(percentileMs(figures.latency, 0.05)).toBeGreaterThan(295);
});

test('an answer that is cut in the middle is no answer', async () => {
  await using server = await httpServer('dev-1', (_, response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('half');
    setTimeout(() => response.destroy(), 10);
  });
  const { figures } = await run(server.origin, { rate: 50, durationMs: 200 });
  expect(figures).toMatchObject({ requests: 10, unanswered: 10 });
});

test('where nobody listens nothing was sent', async () => {
  const origin = `http://127.0.0.1:${await freePort()}`;
  const { figures } = await run(origin, { rate: 50, durationMs: 200 });
  expect(figures).toMatchObject({ requests: 10, unsent: 10, firstProblem: 'ECONNREFUSED' });
});

test('answers of another deployment are told apart', async () => {
  await using server = await httpServer('dev-0', (_, response) => response.end());
  const { figures } = await run(server.origin, { rate: 50, durationMs: 200 });
  expect(figures).toMatchObject({ answered: 10, elsewhere: 10 });
});

test('two deployments take turns in one run, each at the full rate', async () => {
  const order: string[] = [];
  await using one = await httpServer('dev-2', (_, response) => {
    order.push('candidate');
    setTimeout(() => response.end(), 40);
  });
  await using other = await httpServer('dev-1', (_, response) => {
    order.push('stable');
    response.end();
  });
  const targets = [
    { deployment: 'dev-2', origin: one.origin },
    { deployment: 'dev-1', origin: other.origin },
  ];
  const { figures } = await load({ ...options, targets, rate: 50, durationMs: 600 });
  expect(figures.map(({ requests }) => requests)).toEqual([30, 30]);
  const turns = order.filter((side, n) => side !== order[n - 1]);
  expect(turns.length).toBeGreaterThan(40);
  expect(percentileMs(figureOf(figures, 0).latency, 0.5)).toBeGreaterThan(38);
  expect(percentileMs(figureOf(figures, 1).latency, 0.5)).toBeLessThan(38);
});

test('a generator that is held up says so', async () => {
  await using server = await httpServer('dev-1', (_, response) => response.end());
  const running = run(server.origin, { rate: 100, durationMs: 600 });
  await delay(100);
  const until = performance.now() + 300;
  while (performance.now() < until);
  const { figures, lateShare } = await running;
  expect(figures.requests).toBe(60);
  expect(figures.maxMs).toBeGreaterThan(200);
  expect(lateShare).toBeGreaterThan(0.2);
});

test.each([
  ['while it sends', 60_000],
  ['while it waits for the last answers', 50],
])('a load that is cancelled %s ends at once, with the reason', async (_, durationMs) => {
  await using server = await httpServer('dev-1', () => {});
  const controller = new AbortController();
  const running = run(server.origin, { durationMs, timeoutMs: 60_000, signal: controller.signal });
  const startedAt = performance.now();
  setTimeout(() => controller.abort(new Error('cancelled by a person')), 100);
  await expect(running).rejects.toThrow('cancelled by a person');
  expect(performance.now() - startedAt).toBeLessThan(2000);
});

const options: Omit<LoadOptions, 'targets'> = {
  request: { path: '/v1/tickets', body: null },
  rate: 50,
  warmUpMs: 0,
  durationMs: 500,
  timeoutMs: 5000,
  caFile: null,
  signal: new AbortController().signal,
};

async function run(
  origin: string,
  parts: Partial<LoadOptions>,
): Promise<{ figures: LoadFigures; lateShare: LoadRun['lateShare'] }> {
  const result = await load({ ...options, targets: [{ deployment: 'dev-1', origin }], ...parts });
  return { figures: figureOf(result.figures, 0), lateShare: result.lateShare };
}

function figureOf(figures: readonly LoadFigures[], side: number): LoadFigures {
  const found = figures[side];
  if (found === undefined) throw new Error('no figures');
  return found;
}
