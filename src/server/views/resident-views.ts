import type { ResidentView } from '../../api/views/status.ts';
import { isResident, residentId, residentUrl } from '../../core/residents/resident.ts';
import type { DeploymentRef, Observation } from '../../core/places/target.ts';
import { isHere } from '../../engine/elsewhere.ts';
import type { EngineParts } from '../../engine/parts.ts';
import { residentTarget } from '../../engine/residents/resident-target.ts';
import type { DeploymentRow } from '../../store/deployments.ts';
import type { EnvironmentRow } from '../../store/environments.ts';
import { isoOrNull } from '../../store/json.ts';
import { releasesById } from '../../store/releases.ts';
import { residentsIn } from '../../store/residents.ts';

type ResidentViewParts = Pick<EngineParts, 'database' | 'targets' | 'worker'>;

/** Whoever looks at the status waits no longer for one that hangs. */
const observeMs = 2000;

/** What exists once in an environment. */
export async function residentViews(
  parts: ResidentViewParts,
  { integration, name, host }: EnvironmentRow,
  stable: Pick<DeploymentRow, 'release'> | null,
): Promise<readonly ResidentView[]> {
  const { db } = parts.database;
  // One that has never been ready, and is not being started, is nothing to look at.
  const rows = (await residentsIn(db, { integration, environment: name })).filter(
    ({ current, next }) => current !== null || next !== null,
  );
  if (rows.length === 0) return [];
  const ids = rows.flatMap(({ current }) => current?.release ?? []);
  const releases = new Map(
    (await releasesById(db, stable === null ? ids : [...ids, stable.release])).map((row) => [row.id, row]),
  );
  const live = stable === null ? undefined : releases.get(stable.release);
  const used = live?.definition.components.filter(isResident).map((component) => component.name);
  return await Promise.all(
    rows.map(async ({ component, current, port, since, next_run: changing }) => {
      const ref = { integration, environment: name, deployment: residentId(name, component) };
      const state = isHere(parts, host) ? await stateOf(parts, ref) : null;
      return {
        component,
        release: current?.release ?? null,
        version: releases.get(current?.release ?? '')?.version ?? null,
        since: isoOrNull(since),
        changing,
        state,
        // Its port is kept also while nothing listens there.
        url: port === null || state !== 'ready' ? null : residentUrl(port),
        isUsed: used === undefined || used.includes(component),
      };
    }),
  );
}

/** A supervisor that does not answer in time cannot say that it is well. */
async function stateOf(parts: ResidentViewParts, ref: DeploymentRef): Promise<Observation['state']> {
  try {
    return (await residentTarget(parts).observe(ref, AbortSignal.timeout(observeMs))).state;
  } catch {
    return 'degraded';
  }
}
