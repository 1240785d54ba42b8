import type { ResidentView } from '../../api/views/status.ts';
import { isResident, residentUrl } from '../../core/resident.ts';
import type { Queries } from '../../store/database.ts';
import type { DeploymentRow } from '../../store/deployments.ts';
import type { EnvironmentRow } from '../../store/environments.ts';
import { isoOrNull } from '../../store/json.ts';
import { releasesById } from '../../store/releases.ts';
import { residentsIn } from '../../store/residents.ts';

/** What exists once in an environment. */
export async function residentViews(
  db: Queries,
  { integration, name }: EnvironmentRow,
  stable: Pick<DeploymentRow, 'release'> | null,
): Promise<readonly ResidentView[]> {
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
  return rows.map(({ component, current, port, since, next_run: changing }) => ({
    component,
    release: current?.release ?? null,
    version: releases.get(current?.release ?? '')?.version ?? null,
    since: isoOrNull(since),
    changing,
    url: port === null ? null : residentUrl(port),
    isUsed: used === undefined || used.includes(component),
  }));
}
