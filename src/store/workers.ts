import { sql } from 'kysely';

import type { Queries } from './database.ts';

/** Says that this worker lives. */
export async function beat(db: Queries, id: string): Promise<void> {
  await sql`insert into app.worker values (${id}, now()) on conflict (id) do update set beat = now()`.execute(
    db,
  );
}

/** Says that it has ended, so that others take its runs over at once. */
export async function removeWorker(db: Queries, id: string): Promise<void> {
  await db.deleteFrom('app.worker').where('id', '=', id).execute();
}

/** With a database of one's own no other worker can be alive when the server starts. */
export async function removeAllWorkers(db: Queries): Promise<void> {
  await db.deleteFrom('app.worker').execute();
}

export interface Orphan {
  readonly workflow: string;
  readonly queue: string | null;
}

/** Workflows in flight whose worker has not given a sign for `silentSeconds`. Reads one table of the engine's. */
export async function orphanedWorkflows(db: Queries, silentSeconds: number): Promise<readonly Orphan[]> {
  const { rows } = await sql<Orphan>`
    select workflow_uuid as workflow, queue_name as queue from dbos.workflow_status status
    where status = 'PENDING' and not exists (
      select 1 from app.worker where worker.id = status.executor_id
        and worker.beat > now() - make_interval(secs => ${silentSeconds}))
    limit 500`.execute(db);
  return rows;
}

/** Workflows that this worker should be running. */
export async function ownWorkflows(db: Queries, worker: string): Promise<readonly Orphan[]> {
  const { rows } = await sql<Orphan>`
    select workflow_uuid as workflow, queue_name as queue from dbos.workflow_status
    where status = 'PENDING' and executor_id = ${worker}`.execute(db);
  return rows;
}
