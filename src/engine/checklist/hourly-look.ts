import { missingRules } from '../../core/alerts/missing-rules.ts';
import { driftOf } from '../../core/checklist/drift.ts';
import { unseenIn } from '../../core/checklist/observation.ts';
import { canContradict } from '../../core/checklist/place-change.ts';
import { count } from '../../core/texts/figures.ts';
import { stableOf } from '../../core/switching/route-table.ts';
import { localTimeZone } from '../../lib/cron.ts';
import { messageOf } from '../../lib/message-of.ts';
import { type DeploymentRow, findDeployment } from '../../store/deployments.ts';
import { type EnvironmentRow, environmentsOfHost, findEnvironment } from '../../store/environments.ts';
import { newestRelease } from '../../store/releases.ts';
import { lastArrival } from '../../store/switches.ts';
import { alertsSeenIn } from '../monitoring/alerts-seen.ts';
import type { Places } from '../parts.ts';
import type { ScheduledWork } from '../schedules.ts';
import { placeObserver } from './place-observer.ts';
import { deploymentFacts } from './place-facts.ts';

/** Every hour: each environment of this host is looked at, and what contradicts what was decided is said. */
export function hourlyLook(places: Places): ScheduledWork {
  const beganMs = places.clock.now();
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
        const found = await driftNow(places, { row, beganMs, signal }).catch((error: unknown) => {
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

interface DriftLook {
  readonly row: EnvironmentRow;
  /** Since when this server looks after alerts: what nobody has looked at before is no drift yet. */
  readonly beganMs: number;
  readonly signal: AbortSignal;
}

async function driftNow(
  places: Places,
  { row: { integration, name }, beganMs, signal }: DriftLook,
): Promise<readonly string[]> {
  const { db } = places.database;
  const row = await findEnvironment(db, integration, name);
  const place = await placeObserver(places, signal).place(row);
  if (place === null || !canContradict(place, { judges: 'now' })) return [];
  const stable = stableOf(row.routes);
  const live = stable === null ? null : await findDeployment(db, integration, stable);
  const deployment = live === null ? null : deploymentFacts(live, stable);
  const drift = driftOf({ deployment }, place.observation).map(({ observed }) => observed);
  return [
    ...drift,
    ...(live === null ? [] : await alertsMissing(places, { row, live, beganMs })),
    ...unseenIn(place.observation),
  ];
}

/** Alerts that the newest release decides for the environment, as the deployment document says it. */
async function alertsMissing(
  { database: { db }, clock }: Places,
  { row, live, beganMs }: Omit<DriftLook, 'signal'> & { readonly live: DeploymentRow },
): Promise<readonly string[]> {
  const { integration, name: environment } = row;
  const monitoring = (await newestRelease(db, integration))?.definition.monitoring;
  if (monitoring === undefined) return [];
  const nowMs = clock.now();
  const arrival = await lastArrival(db, { integration, environment, deployment: live.id });
  const { rules: inForce } = await alertsSeenIn(db, row, nowMs);
  const liveMs = nowMs - Math.max(beganMs, (arrival ?? live.state_at).getTime());
  return missingRules(monitoring, { environment, inForce, liveMs }).map(
    ({ metric, observed }) => `${metric} alert: ${live.id} ${observed}`,
  );
}
