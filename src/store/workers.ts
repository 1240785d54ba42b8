import { hostname } from 'node:os';
import { sql } from 'kysely';

import {
  type Host,
  hostLabel,
  silentAfterSeconds,
  type SilentHost,
  type Worker,
} from '../core/workers/host.ts';
import { DeployerError } from '../errors.ts';
import type { Queries, Transaction } from './database.ts';
import { json } from './json.ts';
import type { WorkerTable } from './tables/workers.ts';

/** By the clock of the database: those of the hosts may differ. */
const lives = sql<boolean>`worker.beat > now() - make_interval(secs => ${silentAfterSeconds})`;

/**
 * Makes this worker known, and what nobody owns yet its host's. Refuses a home that was copied, to another machine or
 * beside itself: both would take each other's processes for their own.
 */
export async function registerWorker({ db }: Transaction, worker: Worker): Promise<void> {
  const { id, name, home } = worker.host;
  await sql`select pg_advisory_xact_lock(hashtext(${`deployer host ${id}`}))`.execute(db);
  const elsewhere = await livingWorkers(db)
    .innerJoin('app.host as host', 'host.id', 'worker.host')
    .select('host.home')
    .where('worker.host', '=', id)
    .where((row) => row.or([row('worker.machine', '<>', hostname()), row('host.home', '<>', home)]))
    .executeTakeFirst();
  if (elsewhere !== undefined) {
    throw new DeployerError('host_taken', {
      message: `${hostLabel({ name: elsewhere.machine, home: elsewhere.home })} is this host already: it and ${home} on ${hostname()} have the same host.json.`,
      hint: `If the home was moved and the other one has ended: wait ${silentAfterSeconds} s. If it was copied: rm ${home}/host.json`,
    });
  }
  // What was theirs is found by their being gone.
  await db
    .deleteFrom('app.worker as worker')
    .where('host', '=', id)
    .where(sql<boolean>`not ${lives}`)
    .execute();
  await db
    .insertInto('app.host')
    .values({ id, name, home, seen_at: sql`now()`, converging: null })
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ name, home, seen_at: sql`now()` }))
    .execute();
  for (const table of ['app.environment', 'app.run'] as const)
    await db.updateTable(table).set({ host: id }).where('host', 'is', null).execute();
  // Recorded by a version that wrote down names of machines, before this home had an id.
  await sql`update app.tracker set host = ${id} where host not in (select id from app.host)`.execute(db);
  await beat(db, worker, []);
}

/** Says that this worker lives, and what it does. */
export async function beat(db: Queries, worker: Worker, doing: readonly string[]): Promise<void> {
  const { id, kind, version, host } = worker;
  await sql`
    with seen as (update app.host set seen_at = now() where id = ${host.id})
    insert into app.worker (id, host, kind, pid, machine, version, started_at, beat, doing)
    values (${id}, ${host.id}, ${kind}, ${process.pid}, ${hostname()}, ${version}, now(), now(), ${json(doing)})
    on conflict (id) do update set beat = now(), doing = excluded.doing`.execute(db);
}

/** Says that it has ended, so that others take its runs over at once. */
export async function removeWorker(db: Queries, id: string): Promise<void> {
  await db.deleteFrom('app.worker').where('id', '=', id).execute();
}

/** With a database of one's own no other server can be alive when the server starts. */
export async function removeAllWorkers(db: Queries): Promise<void> {
  await db.deleteFrom('app.worker').execute();
}

/** Whether a worker gives signs of life. */
export async function isWorkerAlive(db: Queries, id: string): Promise<boolean> {
  return (await livingWorkers(db).where('worker.id', '=', id).executeTakeFirst()) !== undefined;
}

export interface KnownWorker extends Omit<WorkerTable, 'started_at' | 'beat' | 'doing'> {
  readonly started_at: Date;
  readonly beat: Date;
  readonly doing: readonly string[];
  readonly host_name: string;
  readonly home: string;
  readonly is_living: boolean;
}

/** Those that give signs of life, and those that ended without a word, by host. What is gone for a day is left out. */
export async function knownWorkers(db: Queries): Promise<readonly KnownWorker[]> {
  const { rows } = await sql<KnownWorker>`
    select worker.*, host.name as host_name, host.home, ${lives} as is_living
    from app.worker join app.host on host.id = worker.host
    where worker.beat > now() - interval '1 day'
    order by host.name, host.home, worker.started_at`.execute(db);
  return rows;
}

/** The host, when none of its workers gives a sign of life. */
export async function silentHost(db: Queries, id: string): Promise<SilentHost | null> {
  const row = await db.selectFrom('app.host').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  const [living] = await livingWorkers(db).where('worker.host', '=', id).limit(1).execute();
  return living === undefined ? { name: row.name, home: row.home, seenAtMs: row.seen_at.getTime() } : null;
}

export async function hostById(db: Queries, id: string): Promise<Host> {
  return await db
    .selectFrom('app.host')
    .select(['id', 'name', 'home'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
}

export interface Stranded extends SilentHost {
  readonly run: string;
}

/** Open runs that wait for nothing and that nobody can go on with: no worker of their host is alive. */
export async function strandedRuns(db: Queries): Promise<readonly Stranded[]> {
  const { rows } = await sql<{ run: string; name: string; home: string; seen_at: Date }>`
    select run.id as run, host.name, host.home, host.seen_at
    from app.run join app.host on host.id = run.host
    where run.ended_at is null and run.waiting is null
      and not exists (select 1 from app.worker where worker.host = run.host and ${lives})`.execute(db);
  return rows.map(({ seen_at: seenAt, ...row }) => ({ ...row, seenAtMs: seenAt.getTime() }));
}

/** Makes this worker the one that looks after its host's environments, unless a living one does. */
export async function takeConvergence(db: Queries, { id, host }: Worker): Promise<boolean> {
  const row = await db
    .selectFrom('app.host')
    .select('converging')
    .where('id', '=', host.id)
    .executeTakeFirstOrThrow();
  if (row.converging === id) return true;
  const { rows } = await sql`
    update app.host set converging = ${id}
    where id = ${host.id} and converging is not distinct from ${row.converging}
      and not exists (select 1 from app.worker where worker.id = app.host.converging and ${lives})
    returning 1`.execute(db);
  return rows.length > 0;
}

function livingWorkers(db: Queries) {
  return db.selectFrom('app.worker as worker').selectAll('worker').where(lives);
}
