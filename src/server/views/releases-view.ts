import type { HoldsView, HoldView } from '../../api/views/holds.ts';
import type { ReleasesView } from '../../api/views/releases.ts';
import { stableOf } from '../../core/switching/route-table.ts';
import type { Queries } from '../../store/database.ts';
import { findDeployment } from '../../store/deployments.ts';
import { listEnvironments } from '../../store/environments.ts';
import { activeHolds, type HoldRow } from '../../store/holds.ts';
import { iso, isoOrNull } from '../../store/json.ts';
import { listReleases, type ReleaseRow } from '../../store/releases.ts';
import { prunedAt } from '../../store/retention.ts';

export async function releasesView(
  db: Queries,
  integration: string,
  after: string | null,
): Promise<ReleasesView> {
  const { rows, next } = await listReleases(db, integration, after);
  const holds = await activeHolds(db, integration);
  const live = await liveReleases(db, integration);
  const pruned = await prunedAt(
    db,
    rows.map(({ id }) => id),
  );
  return {
    releases: rows.map((row) => ({
      release: row.id,
      version: row.version,
      commit: row.commit,
      createdAt: iso(row.created_at),
      environments: live.flatMap(({ environment, release }) => (release === row.id ? [environment] : [])),
      holds: holdViews(holds, row),
      prunedAt: isoOrNull(pruned.get(row.id) ?? null),
    })),
    next,
  };
}

export async function holdsView(db: Queries, release: ReleaseRow): Promise<HoldsView> {
  const holds = holdViews(await activeHolds(db, release.integration), release);
  return { release: release.id, version: release.version, holds };
}

/** Its own holds, and those of releases of equal content. */
function holdViews(holds: readonly HoldRow[], release: ReleaseRow): readonly HoldView[] {
  return holds
    .filter(({ content }) => content === release.content)
    .map(({ environment, reason, identity, at }) => ({ environment, reason, by: identity, at: iso(at) }));
}

async function liveReleases(
  db: Queries,
  integration: string,
): Promise<readonly { readonly environment: string; readonly release: string }[]> {
  const environments = await listEnvironments(db, integration);
  const found = await Promise.all(
    environments.map(async ({ name, routes }) => {
      const stable = stableOf(routes);
      if (stable === null) return [];
      const { release } = await findDeployment(db, integration, stable);
      return [{ environment: name, release }];
    }),
  );
  return found.flat();
}
