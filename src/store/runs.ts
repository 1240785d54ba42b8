import { type Insertable, type Selectable, sql } from 'kysely';

import type { RunState, Waiting } from '../core/pipeline/run.ts';
import { unknownRun } from '../core/texts/unknown-run.ts';
import type { Queries } from './database.ts';
import { json } from './json.ts';
import type { CancelRequested, RunTable } from './tables/runs.ts';
import { noPosition } from './page-position.ts';

/** Runs among which a mistyped one is looked for. */
const mostCompared = 200;

export type RunRow = Selectable<RunTable>;

export async function insertRun(db: Queries, row: Insertable<RunTable>): Promise<void> {
  await db.insertInto('app.run').values(row).execute();
}

export async function findRun(db: Queries, id: string): Promise<RunRow> {
  const row = await db.selectFrom('app.run').selectAll().where('id', '=', id).executeTakeFirst();
  if (row !== undefined) return row;
  const newest = db.selectFrom('app.run').select('id').orderBy('created_at', 'desc').limit(mostCompared);
  throw unknownRun(
    id,
    (await newest.execute()).map((run) => run.id),
  );
}

/** The row, locked until the transaction ends. */
export async function lockRun(db: Queries, id: string): Promise<RunRow> {
  await findRun(db, id);
  return await db
    .selectFrom('app.run')
    .selectAll()
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirstOrThrow();
}

/** The newest run of a commit that goes to an environment; null: none. */
export async function runOfCommit(
  db: Queries,
  { integration, commit, to }: Pick<RunRow, 'integration' | 'commit' | 'to'>,
): Promise<RunRow | null> {
  const row = await db
    .selectFrom('app.run')
    .selectAll()
    .where('integration', '=', integration)
    .where('commit', '=', commit)
    .where('to', '=', to)
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ?? null;
}

/** Not ended, oldest first. */
export async function openRuns(db: Queries, integration: string): Promise<readonly RunRow[]> {
  return await db
    .selectFrom('app.run')
    .selectAll()
    .where('integration', '=', integration)
    .where('ended_at', 'is', null)
    .orderBy('number')
    .execute();
}

/** Cancels that were asked for, of some runs. */
export async function cancelsOf(
  db: Queries,
  runs: readonly string[],
): Promise<readonly { readonly run: string; readonly reason: string }[]> {
  const rows = await db
    .selectFrom('app.run')
    .select(['id', 'cancel'])
    .where('id', 'in', runs)
    .where('cancel', 'is not', null)
    .execute();
  return rows.flatMap(({ id, cancel }) => (cancel === null ? [] : [{ run: id, reason: cancel.reason }]));
}

/** Open runs of a host, with the stage at which each asks a person. */
export async function gatesOf(db: Queries, host: string): Promise<readonly GateRow[]> {
  const { rows } = await sql<GateRow>`
    select run.id as run, run.waiting->>'kind' as "waitsFor", asking.name as asking, asking.index
    from app.run left join lateral (
      select name, index from app.stage
      where stage.run = run.id and stage.state in ('waiting', 'undecided') order by index limit 1) asking on true
    where run.ended_at is null and run.host = ${host}`.execute(db);
  return rows;
}

export interface GateRow {
  readonly run: string;
  readonly waitsFor: string | null;
  readonly asking: string | null;
  readonly index: number | null;
}

export async function countOpenRuns(db: Queries): Promise<number> {
  const { count } = await db
    .selectFrom('app.run')
    .select((row) => row.fn.countAll<string>().as('count'))
    .where('ended_at', 'is', null)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** Whether a run of the host is on its way to a release: what it has stored by then belongs to none. */
export async function isPacking(db: Queries, host: string): Promise<boolean> {
  const row = await db
    .selectFrom('app.run')
    .select('id')
    .where('host', '=', host)
    .where('state', '=', 'running')
    .where('release', 'is', null)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

export interface RunChange {
  readonly state?: RunState;
  readonly reason?: string | null;
  readonly waiting?: Waiting | null;
  readonly release?: string;
  readonly cancel?: CancelRequested | null;
  readonly attempt?: number;
  readonly endedAt?: Date | null;
}

export async function changeRun(db: Queries, id: string, change: RunChange): Promise<void> {
  const { waiting, cancel, endedAt, ...plain } = change;
  await db
    .updateTable('app.run')
    .set({
      ...plain,
      ...(waiting === undefined ? {} : { waiting: waiting === null ? null : json(waiting) }),
      ...(cancel === undefined ? {} : { cancel: cancel === null ? null : json(cancel) }),
      ...(endedAt === undefined ? {} : { ended_at: endedAt }),
    })
    .where('id', '=', id)
    .execute();
}

const pageSize = 50;

/** Newest first. `after` is what the page before gave as `next`. */
export async function listRuns(
  db: Queries,
  integration: string,
  after: string | null,
): Promise<{ readonly rows: readonly RunRow[]; readonly next: string | null }> {
  let query = db.selectFrom('app.run').selectAll().where('integration', '=', integration);
  if (after !== null) query = query.where('number', '<', numberIn(after));
  const rows = await query
    .orderBy('number', 'desc')
    .limit(pageSize + 1)
    .execute();
  const page = rows.slice(0, pageSize);
  return { rows: page, next: rows.length > pageSize ? String(page.at(-1)?.number) : null };
}

function numberIn(after: string): number {
  if (/^\d{1,9}$/.test(after)) return Number(after);
  throw noPosition(after, 'runs');
}
