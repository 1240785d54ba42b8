import { driftOf } from '../../core/checklist/drift.ts';
import { count } from '../../core/figures.ts';
import { stableOf } from '../../core/route-table.ts';
import { localTimeZone } from '../../lib/cron.ts';
import { findDeployment } from '../../store/deployments.ts';
import { type EnvironmentRow, environmentsOfHost } from '../../store/environments.ts';
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
        const found = await driftNow(places, row);
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

async function driftNow(places: Places, row: EnvironmentRow): Promise<readonly string[]> {
  // A change in progress is no drift: it moves what is decided and what runs, one after the other.
  if (row.holder !== null) return [];
  const place = await lookAtPlace(places, { integration: row.integration, environment: row.name });
  if (place === null) return [];
  const stable = stableOf(row.routes);
  const deployment =
    stable === null
      ? null
      : deploymentFacts(await findDeployment(places.database.db, row.integration, stable), stable);
  return driftOf({ deployment }, place.observation).map(({ observed }) => observed);
}
