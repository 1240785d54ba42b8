import { Client } from 'pg';
import { afterAll, expect, test } from 'vitest';

import { openEngineStage } from '../../../test/harness/engine-scene.ts';
import { until, untilTrue } from '../../../test/harness/until.ts';
import { findRun } from '../../store/runs.ts';
import { workflowOf } from '../messages.ts';

const approval = { approval: { count: 1, approvers: ['ops@example.com'] } };
const stage = await openEngineStage();
afterAll(() => stage[Symbol.asyncDispose]());
const { parts, engine } = stage.bed;
const { db, pool } = parts.database;
const host = parts.worker.host.id;

function troubles(): readonly string[] {
  return engine.health().troubles.map(({ key }) => key);
}

test('a gate that nobody was told of is asked again', async () => {
  const scene = stage.scene([{ name: 'production', policy: approval }]);
  const { id } = await scene.ship();
  await scene.untilWaiting(id, 'approval');
  await untilTrue('it to be asleep', async () => {
    const { rowCount } = await pool.query(
      `select 1 from dbos.operation_outputs where workflow_uuid = $1 and function_name = 'read the gate'`,
      [workflowOf(id, 1)],
    );
    return rowCount === 1;
  });
  await pool.query(`update app.run set waiting = null, state = 'running' where id = $1`, [id]);
  expect(await until('the watchdog to tell', async () => (await findRun(db, id)).waiting)).toMatchObject({
    kind: 'approval',
    reason: 'approval for production',
    next: `deployer approve ${id}`,
  });
  await scene.approve(id);
  await scene.untilState(id, 'succeeded');
});

test('a run that a newer Deployer began is left alone, and shown', async () => {
  await pool.query(
    `insert into dbos.workflow_status (workflow_uuid, status, name, queue_name, application_version, created_at, updated_at)
     values ('desk-9/1', 'ENQUEUED', 'pipeline@2', $1, 'deployer-engine-1', 0, 0)`,
    [`deployer@2/${host}`],
  );
  await untilTrue('it to be shown', () => troubles().includes('unknown desk-9'));
  const { rows } = await pool.query(
    `select status from dbos.workflow_status where workflow_uuid = 'desk-9/1'`,
  );
  expect(rows).toEqual([{ status: 'ENQUEUED' }]);
  await pool.query(`delete from dbos.workflow_status where workflow_uuid = 'desk-9/1'`);
  await untilTrue('it to be forgotten', () => troubles().length === 0);
});

test('a database without room is trouble since it was met, until something can be written there', async () => {
  const refuse = `begin raise exception 'could not extend file' using errcode = 'disk_full'; end`;
  await pool.query(`create function no_room() returns trigger language plpgsql as $$ ${refuse} $$`);
  await pool.query(
    `create function no_new_files() returns event_trigger language plpgsql as $$ ${refuse} $$`,
  );
  await pool.query(
    'create trigger no_room before insert on app.stage for each row execute function no_room()',
  );
  await pool.query('create event trigger no_new_files on ddl_command_start execute function no_new_files()');
  try {
    expect(troubles()).toEqual([]);
    const began = Date.now();
    await expect(stage.scene([{ name: 'production' }]).ship()).rejects.toMatchObject({ code: '53100' });
    await untilTrue('it to be said', () => troubles().includes('database full'));
    expect(engine.health()).toMatchObject({ live: true, ready: false });
    const [trouble] = engine.health().troubles;
    expect(Date.parse(trouble?.since ?? '')).toBeGreaterThanOrEqual(began);
    expect(trouble?.next).toContain('make room');
    // Looked for again, and still so: since the first time.
    await parts.database.room.isShort();
    expect(await parts.database.room.isShort()).toBe(true);
  } finally {
    await pool.query('alter event trigger no_new_files disable');
    await pool.query('drop event trigger no_new_files');
    await pool.query('drop function no_room() cascade');
  }
  await untilTrue('it to be forgotten', () => troubles().length === 0);
  expect(engine.health().ready).toBe(true);
  const { rows } = await pool.query(`select to_regclass('app.room_trial') as left`);
  expect(rows).toEqual([{ left: null }]);
});

test('a database that answers nobody ends liveness within seconds, and its return brings it back', async () => {
  expect(engine.health()).toEqual({ live: true, ready: true, troubles: [] });
  const blocker = new Client({ connectionString: pool.options.connectionString });
  await blocker.connect();
  try {
    await blocker.query('begin');
    await blocker.query('lock table app.host, app.worker in access exclusive mode');
    // Another loop may be noticed before it.
    await untilTrue('the watchdog to notice', () => troubles().includes('loop take over'));
    expect(engine.health()).toMatchObject({ live: false, ready: false });
  } finally {
    await blocker.end();
  }
  await untilTrue('work to advance again', () => engine.health().ready);
});
