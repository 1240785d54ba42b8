import type { FreezeView } from '../../api/views/freezes.ts';
import type { FrozenView } from '../../api/views/status.ts';
import { isFrozen } from '../../core/order/freeze.ts';
import { asFreeze } from '../../engine/order/freezes.ts';
import type { EngineParts } from '../../engine/parts.ts';
import { standingFreeze } from '../../store/freezes.ts';
import { iso, isoOrNull } from '../../store/json.ts';

export async function freezeView(
  parts: EngineParts,
  place: { readonly integration: string; readonly environment: string },
): Promise<FreezeView> {
  return { environment: place.environment, frozen: await frozenView(parts, place) };
}

/** The freeze that stands now; null: none. */
export async function frozenView(
  { database: { db }, clock }: EngineParts,
  place: { readonly integration: string; readonly environment: string },
): Promise<FrozenView | null> {
  const row = await standingFreeze(db, place);
  if (row === null || !isFrozen(asFreeze(row), clock.now())) return null;
  return { reason: row.reason, by: row.identity, since: iso(row.at), until: isoOrNull(row.until) };
}
