import { sql } from 'kysely';

import { silentAfterSeconds, type Worker } from '../core/workers/host.ts';
import type { Queries } from './database.ts';

/**
 * What is read of the engine's own table. Workflows of a host are in its queue, or were started by one of its workers,
 * whose ids begin with it.
 */
export interface Orphan {
  readonly workflow: string;
}

/** Workflows of this host in flight, whose worker has given no sign of life. Only those that this one can interpret. */
export async function orphanedWorkflows(
  db: Queries,
  { host }: Worker,
  known: readonly string[],
): Promise<readonly Orphan[]> {
  const { rows } = await sql<Orphan>`
    select workflow_uuid as workflow from dbos.workflow_status status
    where status = 'PENDING' and executor_id like ${`${host.id}/%`} and name = any(${known}) and not exists (
      select 1 from app.worker where worker.id = status.executor_id
        and worker.beat > now() - make_interval(secs => ${silentAfterSeconds}))
    limit 500`.execute(db);
  return rows;
}

/** Workflows that this worker should be running. */
export async function ownWorkflows(db: Queries, { id }: Worker): Promise<readonly Orphan[]> {
  const { rows } = await sql<Orphan>`
    select workflow_uuid as workflow from dbos.workflow_status
    where status = 'PENDING' and executor_id = ${id}`.execute(db);
  return rows;
}

/**
 * Whether a worker runs a workflow. Locks that until the transaction ends: nobody takes it over between this and the
 * commit of what is written on its behalf.
 */
export async function holdsWorkflow(
  db: Queries,
  { workflow, worker }: { readonly workflow: string; readonly worker: string },
): Promise<boolean> {
  const { rows } = await sql`
    select 1 from dbos.workflow_status
    where workflow_uuid = ${workflow} and executor_id = ${worker} and status = 'PENDING' for share`.execute(
    db,
  );
  return rows.length > 0;
}

/** How long the oldest workflow in a queue has been waiting to be taken, in milliseconds; null when none waits. */
export async function oldestQueuedMs(db: Queries, queue: string): Promise<number | null> {
  const { rows } = await sql<{ ms: string | null }>`
    select extract(epoch from now()) * 1000 - min(greatest(created_at, updated_at)) as ms
    from dbos.workflow_status where status = 'ENQUEUED' and queue_name = ${queue}`.execute(db);
  const ms = rows[0]?.ms ?? null;
  return ms === null ? null : Number(ms);
}

export interface EndedBefore {
  /** Whose runs and rollbacks are looked at. */
  readonly integrations: readonly string[];
  readonly before: Date;
  readonly limit: number;
}

/**
 * Workflows that ended before a time and that nothing can go on with, the oldest first: none of a run that is open,
 * whichever attempt it was, nor of a rollback that still has its environment.
 */
export async function endedWorkflows(
  db: Queries,
  { integrations, before, limit }: EndedBefore,
): Promise<readonly string[]> {
  const { rows } = await sql<Orphan>`
    select workflow_uuid as workflow from dbos.workflow_status status
    where status not in ('PENDING', 'ENQUEUED', 'DELAYED') and completed_at < ${before.getTime()} and (
      exists (select 1 from app.run where id = split_part(workflow_uuid, '/', 1)
        and integration = any(${integrations}) and ended_at < ${before})
      or split_part(workflow_uuid, '/', 1) = 'rollback' and split_part(workflow_uuid, '/', 2) = any(${integrations})
        and not exists (select 1 from app.environment where holder = workflow_uuid))
    order by completed_at limit ${limit}`.execute(db);
  return rows.map(({ workflow }) => workflow);
}

/** Workflows of this host that wait for a worker of a newer version, and none of that runs them. */
export async function unknownWorkflows(
  db: Queries,
  { host }: Worker,
  known: readonly string[],
): Promise<readonly { readonly id: string; readonly name: string }[]> {
  const { rows } = await sql<{ id: string; name: string }>`
    select workflow_uuid as id, name from dbos.workflow_status status
    where status in ('PENDING', 'ENQUEUED') and name like '%@%' and name <> all(${known})
      and (queue_name like ${`deployer@%/${host.id}`} or executor_id like ${`${host.id}/%`})
      and not exists (select 1 from app.worker where worker.id = status.executor_id
        and worker.beat > now() - make_interval(secs => ${silentAfterSeconds}))
    limit 100`.execute(db);
  return rows;
}
