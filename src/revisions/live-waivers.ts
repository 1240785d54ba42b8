import { isInForce } from '../core/checklist/waiver.ts';
import type { EnvironmentSeen, LiveWaiver } from '../core/document/facts.ts';
import { waiverFactsOf } from '../engine/checklist/waiver-facts.ts';
import type { EngineParts } from '../engine/parts.ts';
import type { ReleaseRow } from '../store/releases.ts';

/** Waivers of what is live, where it is, or for the whole release; those of the newest one are in its checklist. */
export async function liveWaiversSeen(
  { database: { db }, clock }: Pick<EngineParts, 'clock' | 'database'>,
  environments: readonly Pick<EnvironmentSeen, 'environment' | 'live'>[],
  newest: Pick<ReleaseRow, 'id'> | null,
): Promise<readonly LiveWaiver[]> {
  const nowMs = clock.now();
  const live = environments.flatMap(({ environment, live: each }) =>
    each === null || each.release === newest?.id ? [] : [{ environment, ...each }],
  );
  const found = await Promise.all(
    [...Map.groupBy(live, ({ release }) => release)].map(async ([release, places]) => {
      const waivers = await waiverFactsOf(db, release);
      const version = places[0]?.version ?? '';
      return waivers
        .filter(({ environment: at }) => at === null || places.some(({ environment }) => environment === at))
        .map((waiver) => ({ ...waiver, isExpired: !isInForce(waiver, nowMs), release, version }));
    }),
  );
  return found.flat();
}
