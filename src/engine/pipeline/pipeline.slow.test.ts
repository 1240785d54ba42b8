import { expect, test, vi } from 'vitest';

import { engineStageOfThisFile } from '../../../test/harness/engine-stage-of-file.ts';
import { until } from '../../../test/harness/until.ts';
import { steadyClock } from '../../core/clock.ts';
import { prunable } from '../../core/retention/retention.ts';
import { failed, passed, undecided } from '../../core/verdicts/verdict.ts';
import { pause } from '../../lib/pause.ts';
import { runEventsAfter } from '../../store/run-events.ts';
import { markPruned } from '../../store/retention.ts';
import { changeRun, findRun } from '../../store/runs.ts';
import { cancel } from '../acts/cancel.ts';
import { reject } from '../acts/decide.ts';
import { retry } from '../acts/retry.ts';
import { goingNow, retentionFacts } from '../retention/going.ts';
import { workflowOf } from '../messages.ts';

const ops = { identity: 'ops@example.com', proven: false };
const approval = { approval: { count: 1, approvers: ['ops@example.com'] } };
const uat = { uat: { testers: ['qa@example.com'], scenarios: [] } };
const watch = { watch: { seconds: 1, minRequests: 1, probePath: '/', errorRate: null, p95Ms: null } };
const stage = await engineStageOfThisFile();

/** As another server of the same database writes it down. */
const cancelled = {
  cause: 'cancel',
  by: ops.identity,
  reason: 'no',
  at: '2026-01-01T00:00:00.000Z',
} as const;

const anyone = new AbortController().signal;

function cancelRun(run: string) {
  return cancel(stage.bed.parts, { run, cause: 'cancel', reason: 'changed my mind', by: ops }, anyone);
}

test('a run goes through every stage of every environment, and users end up on what it made', async () => {
  const scene = stage.scene([
    { name: 'dev', policy: { gates: ['e2e'] } },
    { name: 'production', policy: { ...approval, ...watch, ...uat, gates: ['rollback-rehearsal'] } },
  ]);
  const { id } = await scene.ship();
  await scene.untilWaiting(id, 'approval');
  expect(await scene.stable('production')).toBeNull();
  await scene.approve(id);
  await scene.untilWaiting(id, 'uat');
  expect(await scene.holder('production')).toBeNull();
  await scene.sign(id, 'pass');
  await scene.untilState(id, 'succeeded');
  expect(await scene.stages(id)).toEqual(
    'checkout build package prepare verify e2e switch approval prepare verify switch rollback-rehearsal watch uat'
      .split(' ')
      .map((name) => `${name} passed`),
  );
  expect(scene.served('dev')).toBe('dev-1');
  expect(scene.served('production')).toBe('production-1');
  expect(await scene.holder('production')).toBeNull();
});

test('what happens in a run is told in order: each stage begins before it ends, the result comes last', async () => {
  const scene = stage.scene([{ name: 'dev' }]);
  scene.work.set('build', async ({ log }) => {
    for (let line = 1; line <= 450; line += 1) log(`line ${line}`, 'stdout');
    return passed('built');
  });
  const { id } = await scene.ship();
  await scene.untilState(id, 'succeeded');
  const events = [...(await runEventsAfter(stage.bed.parts.database.db, id, '0'))].map(({ event }) => event);
  const lines = events.flatMap((event) =>
    event.type === 'log' && event.stage === 'build' ? event.line : [],
  );
  expect(lines).toEqual(Array.from({ length: 450 }, (_, at) => `line ${at + 1}`));
  const told = events.flatMap((event) => (event.type === 'stage' ? `${event.name} ${event.state}` : []));
  expect(told).toEqual(
    ['checkout', 'build', 'package', 'prepare', 'verify', 'switch'].flatMap((name) => [
      `${name} running`,
      `${name} passed`,
    ]),
  );
  expect(events.at(-1)).toMatchObject({ type: 'result', state: 'succeeded' });
});

test('a failing suite ends the run, what came after is skipped, and the candidate is gone', async () => {
  const scene = stage.scene([{ name: 'dev', policy: { gates: ['e2e'] } }]);
  const first = await scene.ship();
  await scene.untilState(first.id, 'succeeded');
  scene.work.set('e2e', async () => failed('2 of 9 failed'));
  const { id } = await scene.ship();
  const run = await scene.untilState(id, 'failed');
  expect(run.reason).toBe('2 of 9 failed');
  expect((await scene.stages(id)).slice(-2)).toEqual(['e2e failed', 'switch skipped']);
  expect(await scene.deployments()).toEqual(['dev-1 live']);
  expect(stage.bed.places.deploymentsOf(scene.key).map(({ deployment }) => deployment)).toEqual(['dev-1']);
  expect(scene.served('dev')).toBe('dev-1');
  expect(await scene.holder('dev')).toBeNull();
});

test('a stage that throws fails with its message, and a bug says that it is one', async () => {
  const scene = stage.scene([{ name: 'dev' }]);
  scene.work.set('build', () => Promise.reject(new TypeError('x is not a function')));
  const { id } = await scene.ship();
  const run = await scene.untilState(id, 'failed');
  expect(run.reason).toBe('A bug in Deployer: x is not a function');
});

test('an undecided stage waits, gives the environment back meanwhile, and is done again by retry', async () => {
  const scene = stage.scene([{ name: 'dev', policy: { gates: ['e2e'] } }]);
  let looks = 0;
  scene.work.set('e2e', async () => {
    looks += 1;
    return looks < 3 ? undecided('zero tests') : passed('9 tests');
  });
  const { id } = await scene.ship();
  for (const look of [1, 2]) {
    const run = await until('the next question', async () => {
      const row = await findRun(stage.bed.parts.database.db, id);
      return looks === look && row.waiting?.kind === 'undecided' ? row : null;
    });
    expect(run.waiting).toMatchObject({ reason: 'zero tests', next: `deployer retry ${id}` });
    expect(await scene.holder('dev')).toBeNull();
    await retry(stage.bed.parts, { run: id, by: ops });
  }
  await scene.untilState(id, 'succeeded');
  expect(looks).toBe(3);
});

test('a decision counts also when the clock of the host that writes it is behind', async () => {
  const scene = stage.scene([{ name: 'dev', policy: { gates: ['e2e'] } }]);
  scene.work.set('e2e', async () => undecided('no tests'));
  const { id } = await scene.ship();
  await scene.untilWaiting(id, 'undecided');
  const behind = vi.spyOn(steadyClock, 'now').mockReturnValue(Date.now() - 3_600_000);
  try {
    await reject(stage.bed.parts, { run: id, by: ops, reason: 'no tests at all' });
  } finally {
    behind.mockRestore();
  }
  const { reason } = await scene.untilState(id, 'failed');
  expect(reason).toBe('Rejected by ops@example.com: no tests at all');
});

test('an answer counts also when the clock was set back a day after the question, and only once', async () => {
  const scene = stage.scene([{ name: 'dev', policy: { gates: ['e2e'] } }]);
  scene.work.set('e2e', async () => undecided('no tests'));
  const { id } = await scene.ship();
  const { waiting } = await scene.untilWaiting(id, 'undecided');
  if (waiting === null) throw new Error(`${id} waits for nothing`);
  const { db } = stage.bed.parts.database;
  const since = new Date(Date.parse(waiting.since) + 86_400_000).toISOString();
  await changeRun(db, id, { waiting: { ...waiting, since } });
  await retry(stage.bed.parts, { run: id, by: ops });
  await until('the next question', async () => {
    const row = await findRun(db, id);
    return row.waiting?.kind === 'undecided' && row.waiting.since !== since ? row : null;
  });
  scene.work.set('e2e', async () => passed('9 tests'));
  expect((await findRun(db, id)).state).toBe('waiting');
  await retry(stage.bed.parts, { run: id, by: ops });
  await scene.untilState(id, 'succeeded');
});

test('rejecting an undecided stage ends the run and its candidate', async () => {
  const scene = stage.scene([{ name: 'dev', policy: { gates: ['e2e'] } }]);
  scene.work.set('e2e', async () => undecided('zero tests'));
  const { id } = await scene.ship();
  await scene.untilWaiting(id, 'undecided');
  await reject(stage.bed.parts, { run: id, by: ops, reason: 'not good enough' });
  const run = await scene.untilState(id, 'failed');
  expect(run.reason).toBe('Rejected by ops@example.com: not good enough');
  expect(await scene.deployments()).toEqual([]);
});

test('a candidate that is gone when its tests are over is not switched to: users stay', async () => {
  const scene = stage.scene([{ name: 'dev', policy: { gates: ['e2e'] } }]);
  await scene.untilState((await scene.ship()).id, 'succeeded');
  scene.work.set('e2e', async () => {
    stage.bed.places.vanish({ integration: scene.key, environment: 'dev', deployment: 'dev-2' });
    return passed('tested');
  });
  const { id } = await scene.ship();
  const { reason } = await scene.untilState(id, 'failed');
  expect(reason).toBe('dev-2 is absent: nothing runs.');
  expect(await scene.stages(id)).toContain('switch failed');
  expect([await scene.stable('dev'), scene.served('dev')]).toEqual(['dev-1', 'dev-1']);
});

test('a failed run goes on by retry from the candidate, which is made anew', async () => {
  const scene = stage.scene([{ name: 'dev', policy: { gates: ['e2e'] } }]);
  scene.work.set('e2e', async () => failed('flaky'));
  const { id } = await scene.ship();
  await scene.untilState(id, 'failed');
  scene.work.delete('e2e');
  await retry(stage.bed.parts, { run: id, by: ops });
  await scene.untilState(id, 'succeeded');
  expect(scene.served('dev')).toBe('dev-2');
  await expect(retry(stage.bed.parts, { run: id, by: ops })).rejects.toMatchObject({
    code: 'run_not_retryable',
  });
});

test('a run that is retried after its lines were pruned keeps its release from being pruned', async () => {
  const scene = stage.scene([{ name: 'dev', policy: { gates: ['e2e'] } }]);
  const { parts } = stage.bed;
  scene.work.set('e2e', async () => failed('flaky'));
  const { id } = await scene.ship();
  const { release } = await scene.untilState(id, 'failed');
  if (release === null) throw new Error(`${id} has no release`);
  const marks = { integration: scene.key, releases: [], deployments: [], runs: [id] };
  await parts.database.transaction((transaction) => markPruned(transaction.db, marks, new Date()));
  const policy = { releasesKept: 0, releaseDays: 0, rollbacksKept: 0, logDays: 0 };
  expect((await goingNow(parts, scene.key, policy)).releases).toEqual([release]);
  scene.work.set('e2e', async () => undecided('no tests'));
  await retry(parts, { run: id, by: ops });
  await scene.untilWaiting(id, 'undecided');
  // What it has running would keep the release as well.
  const facts = { ...(await retentionFacts(parts, scene.key)), deployments: [] };
  expect(prunable(facts, policy).releases).toEqual([]);
  await reject(parts, { run: id, by: ops, reason: 'done' });
  await scene.untilState(id, 'failed');
});

test.each(['approval', 'uat', 'undecided'])('nobody decides on %s in time: the run fails', async (kind) => {
  const gates = kind === 'undecided' ? ['e2e'] : [];
  const policy = { gates, ...(kind === 'approval' ? approval : {}), ...(kind === 'uat' ? uat : {}) };
  const scene = stage.scene([{ name: 'dev', policy }]);
  scene.work.set('e2e', async () => undecided('zero tests'));
  const { id } = await scene.ship();
  const { waiting } = await scene.untilWaiting(id, kind);
  await expireQuestion(id);
  const run = await scene.untilState(id, 'failed');
  expect(run.reason).toBe('no decision');
  expect(Date.parse(waiting?.deadline ?? '') - Date.parse(waiting?.since ?? '')).toBe(14 * 24 * 3_600_000);
  expect(await scene.stable('dev')).toBeNull();
});

/** Moves a question's deadline to the past, and has its run look. */
async function expireQuestion(id: string): Promise<void> {
  const { database, messages } = stage.bed.parts;
  await database.pool.query(
    `update app.run set waiting = jsonb_set(waiting, '{deadline}', '"2020-01-01T00:00:00.000Z"') where id = $1`,
    [id],
  );
  await database.transaction(({ client }) => messages.wake(client, workflowOf(id, 1)));
}

test('cancelling while people are asked ends the run, and leaves nothing behind', async () => {
  for (const kind of ['approval', 'undecided', 'uat']) {
    const policy = {
      gates: ['e2e'],
      ...(kind === 'approval' ? approval : {}),
      ...(kind === 'uat' ? uat : {}),
    };
    const scene = stage.scene([{ name: 'dev', policy }]);
    const first = await scene.ship();
    if (kind === 'approval') {
      await scene.untilWaiting(first.id, 'approval');
      await scene.approve(first.id);
    }
    if (kind === 'uat') {
      await scene.untilWaiting(first.id, 'uat');
      await scene.sign(first.id, 'pass');
    }
    await scene.untilState(first.id, 'succeeded');
    if (kind === 'undecided') scene.work.set('e2e', async () => undecided('zero tests'));
    const { id } = await scene.ship();
    await scene.untilWaiting(id, kind);
    const run = await cancelRun(id);
    expect({ kind, state: run.state, reason: run.reason }).toEqual({
      kind,
      state: 'cancelled',
      reason: 'changed my mind',
    });
    expect(await scene.stable('dev')).toBe('dev-1');
    expect(await scene.holder('dev')).toBeNull();
    const left = (await scene.deployments()).filter((each) => !each.endsWith('draining'));
    expect(left).toEqual(['dev-1 live']);
  }
});

test('cancelling a stage that runs stops its work before the run says that it is cancelled', async () => {
  const scene = stage.scene([{ name: 'dev', policy: { gates: ['e2e'] } }]);
  let ended = 0;
  const begun = Promise.withResolvers<void>();
  scene.work.set('e2e', async ({ signal }) => {
    begun.resolve();
    try {
      await pause(600_000, signal);
    } finally {
      // What was started takes a moment to end.
      await pause(300, anyone);
      ended = Date.now();
    }
    return passed('too late');
  });
  const { id } = await scene.ship();
  await begun.promise;
  const run = await cancelRun(id);
  expect(run.state).toBe('cancelled');
  expect(ended).toBeGreaterThan(0);
  expect(run.ended_at?.getTime()).toBeGreaterThanOrEqual(ended);
  expect(await scene.deployments()).toEqual([]);
  await expect(cancelRun(id)).rejects.toMatchObject({ code: 'run_ended' });
});

test('a cancel that comes right before a stage begins keeps it from beginning', async () => {
  const scene = stage.scene([{ name: 'dev' }]);
  const { pool } = stage.bed.parts.database;
  const locked = Promise.withResolvers<void>();
  scene.work.set('checkout', async () => {
    await locked.promise;
    return passed('checked out');
  });
  let hasBegun = false;
  scene.work.set('build', async () => {
    hasBegun = true;
    return passed('built');
  });
  const { id } = await scene.ship();
  const client = await pool.connect();
  try {
    await client.query('begin');
    await client.query('select 1 from app.run where id = $1 for no key update', [id]);
    locked.resolve();
    await until('the build to be about to begin', async () => {
      const { rows } = await pool.query(
        `select 1 from pg_stat_activity where wait_event_type = 'Lock' and query like '%"app"."run"%'`,
      );
      return rows.length > 0 ? true : null;
    });
    await client.query('update app.run set cancel = $2 where id = $1', [id, JSON.stringify(cancelled)]);
    await client.query('commit');
  } finally {
    client.release(true);
  }
  await scene.untilState(id, 'cancelled');
  expect(hasBegun).toBe(false);
});

test('two runs on one environment: the second waits for capacity, and goes on when the first is done', async () => {
  const scene = stage.scene([{ name: 'dev', policy: { gates: ['e2e'] } }]);
  const gate = Promise.withResolvers<void>();
  scene.work.set('e2e', async () => {
    await gate.promise;
    return passed('ok');
  });
  const first = await scene.ship();
  await until('the first to hold dev', async () => ((await scene.holder('dev')) === first.id ? true : null));
  const second = await scene.ship();
  const { waiting } = await scene.untilWaiting(second.id, 'capacity');
  expect(waiting).toMatchObject({ environment: 'dev', reason: `${first.id} is changing dev` });
  gate.resolve();
  await scene.untilState(first.id, 'succeeded');
  await scene.untilState(second.id, 'succeeded');
  expect(scene.served('dev')).toBe('dev-2');
});

test('a waiting run that is cancelled passes its turn on to the next', async () => {
  const scene = stage.scene([{ name: 'dev', policy: { gates: ['e2e'] } }]);
  const gate = Promise.withResolvers<void>();
  scene.work.set('e2e', async ({ signal }) => {
    await Promise.race([gate.promise, pause(600_000, signal)]);
    return passed('ok');
  });
  const first = await scene.ship();
  await until('the first to hold dev', async () => ((await scene.holder('dev')) === first.id ? true : null));
  const second = await scene.ship();
  await scene.untilWaiting(second.id, 'capacity');
  const third = await scene.ship();
  await scene.untilWaiting(third.id, 'capacity');
  // The place becomes free and its heir is cancelled in one moment: the wake-up must not die with the heir.
  await changeRun(stage.bed.parts.database.db, second.id, { cancel: cancelled });
  gate.resolve();
  await scene.untilState(second.id, 'cancelled');
  await scene.untilState(third.id, 'succeeded');
});

test('a run that is cancelled before it began never begins', async () => {
  const scene = stage.scene([{ name: 'dev' }]);
  let builds = 0;
  scene.work.set('checkout', async () => {
    builds += 1;
    return passed('ok');
  });
  const { id } = await scene.ship();
  const run = await cancelRun(id);
  expect(run.state).toBe('cancelled');
  expect(builds).toBeLessThanOrEqual(1);
  expect(await scene.deployments()).toEqual([]);
});
