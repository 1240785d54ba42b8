import { driftOf, hasMoved } from '../../core/checklist/drift.ts';
import { unseenIn } from '../../core/checklist/observation.ts';
import { count } from '../../core/figures.ts';
import { stableOf } from '../../core/route-table.ts';
import { localTimeZone } from '../../lib/cron.ts';
import { messageOf } from '../../lib/message-of.ts';
import { findDeployment } from '../../store/deployments.ts';
import { type EnvironmentRow, environmentsOfHost, findEnvironment } from '../../store/environments.ts';
import type { Places } from '../parts.ts';
import type { ScheduledWork } from '../schedules.ts';
import { lookAtPlace } from './observe-place.ts';
import { deploymentFacts } from './place-facts.ts';

/** Every hour: each environment of this host is looked at, and what contradicts what was decided is said. */
export function hourlyLook(places: Places): ScheduledWork {
  return {
    name: 'drift',
    cron: '23 * * * *',
    timeZone: localTimeZone(),
    async run(signal) {
      const findings: Record<string, readonly string[]> = {};
      let looked = 0;
      for (const row of await environmentsOfHost(places.database.db, places.worker.host.id)) {
        signal.throwIfAborted();
        looked += 1;
        const found = await driftNow(places, row, signal).catch((error: unknown) => {
          signal.throwIfAborted();
          // One that cannot be looked at keeps no other from being looked at.
          return [`it could not be looked at: ${messageOf(error)}`];
        });
        if (found.length > 0) findings[`${row.integration}/${row.name}`] = found;
      }
      const [first] = Object.entries(findings);
      const summary =
        first === undefined
          ? `${count(looked, 'environment')} as decided`
          : `${first[0]}: ${first[1].join('; ')}`;
      return { ok: first === undefined, summary, findings };
    },
  };
}

async function driftNow(
  places: Places,
  { integration, name }: EnvironmentRow,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { db } = places.database;
  const before = await findEnvironment(db, integration, name);
  const place = await lookAtPlace(places, { integration, environment: name }, signal);
  const row = await findEnvironment(db, integration, name);
  // A change in progress is no drift: it moves what is decided and what runs, one after the other.
  if (place === null || hasMoved(before, row)) return [];
  const stable = stableOf(row.routes);
  const deployment =
    stable === null ? null : deploymentFacts(await findDeployment(db, integration, stable), stable);
  const drift = driftOf({ deployment }, place.observation).map(({ observed }) => observed);
  return [...drift, ...unseenIn(place.observation)];
}
