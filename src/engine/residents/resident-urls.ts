import type { EdgeRef } from '../../core/switching/edge.ts';
import { residentsOf, residentUrl } from '../../core/residents/resident.ts';
import type { Queries } from '../../store/database.ts';
import type { ReleaseRow } from '../../store/releases.ts';
import { residentsIn } from '../../store/residents.ts';

/** The addresses of a release's residents in an environment, for `urls` of a preparation. */
export async function residentUrls(
  db: Queries,
  ref: EdgeRef,
  release: ReleaseRow,
): Promise<Readonly<Record<string, string>>> {
  const listening = residentsOf(release.definition.components).filter(({ port }) => port !== null);
  const names = new Set(listening.map(({ name }) => name));
  const rows = names.size === 0 ? [] : await residentsIn(db, ref);
  return Object.fromEntries(
    rows.flatMap(({ component, port }) =>
      port !== null && names.has(component) ? [[component, residentUrl(port)] as const] : [],
    ),
  );
}
