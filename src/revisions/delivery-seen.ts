import { type DeliveryFigures, deliveryFigures } from '../core/document/delivery.ts';
import type { EngineParts } from '../engine/parts.ts';
import type { EnvironmentRow } from '../store/environments.ts';
import { firstSwitchAt, switchesSince } from '../store/switches.ts';

const within = 90;
const dayMs = 24 * 3_600_000;
/** Of an environment that is switched more often in that time, the newest count. */
const mostSwitches = 1000;

/** The figures of delivery of an environment; null: it was never switched. */
export async function deliverySeen(
  { database: { db }, commits, clock }: EngineParts,
  { integration, name: environment }: EnvironmentRow,
  signal: AbortSignal,
): Promise<DeliveryFigures | null> {
  const nowMs = clock.now();
  const first = await firstSwitchAt(db, integration, environment);
  if (first === null) return null;
  const since = new Date(nowMs - within * dayMs);
  const switches = await switchesSince(db, { integration, environment, since, limit: mostSwitches });
  const shipped = switches.flatMap(({ cause, commit }) =>
    cause === 'ship' && commit !== null ? [commit] : [],
  );
  const times = await commits.times(integration, [...new Set(shipped)], signal);
  return deliveryFigures(
    environment,
    switches.map(({ at, from, to, cause, commit }) => ({
      atMs: at.getTime(),
      from,
      to,
      cause,
      committedMs: (commit === null ? null : times.get(commit)) ?? null,
    })),
    { nowMs, firstMs: first.getTime(), within },
  );
}
