import { sql } from 'kysely';
import type pg from 'pg';

import type { RunEvent } from '../core/pipeline/run.ts';
import type { Queries } from './database.ts';
import { json } from './json.ts';

/** Channel on which a server hears that a run has new events; the payload is the run. */
export const runEventsChannel = 'deployer_run_events';

export async function appendRunEvents(db: Queries, run: string, events: readonly RunEvent[]): Promise<void> {
  if (events.length === 0) return;
  await db
    .insertInto('app.run_event')
    .values(events.map((event) => ({ run, body: json(event) })))
    .execute();
}

export async function runEventsAfter(
  db: Queries,
  run: string,
  seq: string,
): Promise<readonly { readonly seq: string; readonly event: RunEvent }[]> {
  const rows = await db
    .selectFrom('app.run_event')
    .select(['seq', 'body'])
    .where('run', '=', run)
    .where('seq', '>', seq)
    .orderBy('seq')
    .limit(500)
    .execute();
  return rows.map(({ seq: position, body }) => ({ seq: position, event: body }));
}

/** Where users were taken back by the end of a run, in order. */
export async function switchedBackIn(db: Queries, run: string): Promise<readonly SwitchedBackEvent[]> {
  const rows = await db
    .selectFrom('app.run_event')
    .select('body')
    .where('run', '=', run)
    .where(sql<string>`body->>'type'`, '=', 'switched-back')
    .orderBy('seq')
    .execute();
  return rows.flatMap(({ body }) => (body.type === 'switched-back' ? [body] : []));
}

type SwitchedBackEvent = RunEvent & { readonly type: 'switched-back' };

/** Tells every server that the run has new events. Within a transaction it is heard when that commits. */
export async function announceRunEvents(client: pg.Pool | pg.PoolClient, run: string): Promise<void> {
  await client.query('select pg_notify($1, $2)', [runEventsChannel, run]);
}
