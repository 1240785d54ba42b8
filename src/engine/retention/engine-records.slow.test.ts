import { afterAll, expect, test } from 'vitest';

import { openEngineStage } from '../../../test/harness/engine-scene.ts';
import type { Pruned } from '../../core/retention/housekeeping.ts';
import { failed } from '../../core/verdicts/verdict.ts';
import { auditPage } from '../../store/audit.ts';
import { retry } from '../acts/retry.ts';
import { prune, type Pruning } from './prune.ts';

const approval = { approval: { count: 1, approvers: ['ops@example.com'] } };
const by = { identity: 'ops@example.com', proven: false };
const dayMs = 24 * 3_600_000;
const stage = await openEngineStage();
afterAll(() => stage[Symbol.asyncDispose]());
const { parts } = stage.bed;
const { db, pool } = parts.database;
const pruning: Pruning = {
  ...parts,
  housekeeping: { sweepArtifacts: async () => ({ blobs: 0, bytes: 0 }), tidySources: async () => 0 },
};

function pruned({ isDryRun = false } = {}): Promise<Pruned> {
  return prune(pruning, { by, isDryRun }, AbortSignal.timeout(60_000));
}

/** As if what has ended until now had done so days ago. */
async function age(days: number): Promise<void> {
  await pool.query('update dbos.workflow_status set completed_at = completed_at - $1::bigint', [
    days * dayMs,
  ]);
  await pool.query(`update app.run set ended_at = ended_at - $1 * interval '1 day'`, [days]);
}

/** Workflows of which a table of the engine has rows, the names of rollbacks without what is random in them. */
async function workflowsIn(table: string): Promise<readonly string[]> {
  const column = table === 'notifications' ? 'destination_uuid' : 'workflow_uuid';
  const { rows } = await pool.query<{ id: string }>(`select distinct ${column} as id from dbos.${table}`);
  return rows.map(({ id }) => id.replace(/\/[-0-9a-f]{36}$/, '')).toSorted();
}

test('what the engine has of runs and rollbacks goes when they have ended; a run that is open stays whole', async () => {
  const scene = stage.scene([{ name: 'production', policy: approval }]);
  const { key } = scene;
  const shipped = async (): Promise<string> => {
    const { id } = await scene.ship();
    await scene.untilWaiting(id, 'approval');
    await scene.approve(id);
    return id;
  };
  await scene.untilState(await shipped(), 'succeeded');
  await scene.untilState(await shipped(), 'succeeded');
  await scene.rollback('production');
  scene.work.set('package', async () => failed('no room'));
  const retried = await scene.ship();
  const ended = await scene.ship();
  await scene.untilState(retried.id, 'failed');
  await scene.untilState(ended.id, 'failed');
  scene.work.delete('package');
  await retry(parts, { run: retried.id, by });
  await scene.untilWaiting(retried.id, 'approval');
  const all = [
    `rollback/${key}/production`,
    ...['1/1', '2/1', '3/1', '3/2', '4/1'].map((attempt) => `${key}-${attempt}`),
  ];
  expect(await workflowsIn('workflow_status')).toEqual(all);

  const tables = ['workflow_status', 'workflow_input', 'operation_outputs'];
  for (const table of tables) expect(await workflowsIn(table), table).toContain(`${key}-1/1`);
  await age(29);
  expect((await pruned()).engineRecords).toBe(0);
  await age(2);
  expect(await pruned({ isDryRun: true })).toMatchObject({ engineRecords: 4 });
  expect(await workflowsIn('workflow_status')).toEqual(all);
  expect(await pruned()).toMatchObject({ engineRecords: 4, problems: [] });
  const [row] = (await auditPage(db, null, null)).rows;
  expect(row).toMatchObject({ action: 'prune', detail: { policy: { logDays: 30 }, engineRecords: 4 } });
  expect(row?.detail).toHaveProperty('gone.0.runs');
  for (const table of tables)
    for (const workflow of await workflowsIn(table)) expect([`${key}-3/1`, `${key}-3/2`]).toContain(workflow);
  expect(await workflowsIn('workflow_status')).toEqual([`${key}-3/1`, `${key}-3/2`]);

  await scene.approve(retried.id);
  await scene.untilState(retried.id, 'succeeded');
  await retry(parts, { run: ended.id, by });
  await scene.untilWaiting(ended.id, 'approval');
  await scene.rollback('production');
  expect((await scene.stages(`${key}-1`)).filter((each) => !each.endsWith(' passed'))).toEqual([]);
});

test('what the engine has of a rollback that still has its environment stays', async () => {
  const scene = stage.scene([{ name: 'production' }]);
  await scene.untilState((await scene.ship()).id, 'succeeded');
  await scene.untilState((await scene.ship()).id, 'succeeded');
  await scene.rollback('production');
  const { rows } = await pool.query<{ id: string }>(
    `select workflow_uuid as id from dbos.workflow_status where starts_with(workflow_uuid, $1)`,
    [`rollback/${scene.key}/`],
  );
  const hold = (holder: string | null) =>
    pool.query('update app.environment set holder = $1 where integration = $2', [holder, scene.key]);
  await age(31);
  await hold(rows[0]?.id ?? '');
  await pruned();
  expect(await workflowsIn('workflow_status')).toContain(`rollback/${scene.key}/production`);
  await hold(null);
  await pruned();
  expect(await workflowsIn('workflow_status')).not.toContain(`rollback/${scene.key}/production`);
});
