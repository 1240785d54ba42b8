import type { Pool } from 'pg';

import { until } from './until.ts';

/** What the engine stored of one workflow: what it was started with, and every step that it asked for, in order. */
export interface RecordedRun {
  readonly workflow: Row;
  readonly input: Row;
  /** Null when it has ended without one. */
  readonly output: Row | null;
  readonly operations: readonly Row[];
}

type Row = Readonly<Record<string, unknown>>;

/** Reads a workflow as the engine stored it, when it has ended. */
export async function recordedRun(pool: Pool, id: string): Promise<RecordedRun> {
  const workflow = await until(`${id} to end`, async () => {
    const rows = await rowsOf(pool, 'workflow_status', id);
    return rows.find(({ status }) => status === 'SUCCESS' || status === 'ERROR');
  });
  const [input] = await rowsOf(pool, 'workflow_input', id);
  if (input === undefined) throw new Error(`${id} has no input`);
  const [output = null] = await rowsOf(pool, 'workflow_output', id);
  const operations = await rowsOf(pool, 'operation_outputs', id, 'order by function_id');
  return { workflow, input, output, operations };
}

/**
 * Puts a recorded workflow into a database as one that was interrupted right before its end, for the code that listens
 * to
 * `queue` to go on with: it has to ask for the recorded steps, in their order, and for no other one.
 */
export async function replay(
  pool: Pool,
  { workflow, input, operations }: RecordedRun,
  queue: string,
): Promise<void> {
  const interrupted = { queue_name: queue, executor_id: null, owner_xid: null };
  await insert(pool, 'workflow_status', {
    ...workflow,
    ...interrupted,
    status: 'CANCELLED',
    completed_at: null,
  });
  await insert(pool, 'workflow_input', input);
  for (const row of operations) await insert(pool, 'operation_outputs', row);
  // Only now, when it is complete, may it be taken up.
  const id = workflow['workflow_uuid'];
  await pool.query(`update dbos.workflow_status set status = 'ENQUEUED' where workflow_uuid = $1`, [id]);
}

/** The steps of a recorded workflow, a line each. */
export function stepsOf({ operations }: RecordedRun): readonly string[] {
  return operations.map(({ function_id: id, function_name: name }) => `${String(id)} ${String(name)}`);
}

async function insert(pool: Pool, table: string, row: Row): Promise<void> {
  await pool.query(
    `insert into dbos.${table} select * from jsonb_populate_record(null::dbos.${table}, $1::jsonb)`,
    [JSON.stringify(row)],
  );
}

async function rowsOf(pool: Pool, table: string, id: string, order = ''): Promise<readonly Row[]> {
  const { rows } = await pool.query<{ row: Row }>(
    `select to_jsonb(t) as row from dbos.${table} t where workflow_uuid = $1 ${order}`,
    [id],
  );
  return rows.map(({ row }) => row);
}
