import { type Freeze, isFrozen } from '../../core/order/freeze.ts';
import type { Queries } from '../../store/database.ts';
import type { EnvironmentRow } from '../../store/environments.ts';
import { type FreezeRow, standingFreeze } from '../../store/freezes.ts';
import type { EngineParts } from '../parts.ts';

/** The freeze that keeps new releases out of an environment now; null: none. */
export async function freezeNow(
  { clock }: Pick<EngineParts, 'clock'>,
  db: Queries,
  { integration, name }: EnvironmentRow,
): Promise<Freeze | null> {
  const row = await standingFreeze(db, { integration, environment: name });
  const freeze = row === null ? null : asFreeze(row);
  return isFrozen(freeze, clock.now()) ? freeze : null;
}

export function asFreeze({ reason, identity, until }: FreezeRow): Freeze {
  return { reason, identity, untilMs: until?.getTime() ?? null };
}
