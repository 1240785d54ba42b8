import type { Pins } from '../core/secrets/secrets.ts';
import type { Queries } from './database.ts';
import { json } from './json.ts';
import type { RunRow } from './runs.ts';

/** The versions that an attempt of a run was given in an environment; null: not decided yet. */
export async function findPins(
  db: Queries,
  { id, attempt }: Pick<RunRow, 'id' | 'attempt'>,
  environment: string | null,
): Promise<Pins | null> {
  const row = await db
    .selectFrom('app.secret_pin')
    .select('pins')
    .where('run', '=', id)
    .where('attempt', '=', attempt)
    .where('environment', '=', environment ?? '')
    .executeTakeFirst();
  return row?.pins ?? null;
}

/** Decides them, once; whoever comes second takes what stands. */
export async function savePins(
  db: Queries,
  { id, attempt }: Pick<RunRow, 'id' | 'attempt'>,
  environment: string | null,
  pins: Pins,
): Promise<void> {
  await db
    .insertInto('app.secret_pin')
    .values({ run: id, attempt, environment: environment ?? '', pins: json(pins), at: new Date() })
    .onConflict((conflict) => conflict.columns(['run', 'attempt', 'environment']).doNothing())
    .execute();
}
