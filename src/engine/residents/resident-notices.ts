import { residentLeftNotice, residentNotice } from '../../core/residents/resident.ts';
import { residentsIn } from '../../store/residents.ts';
import type { ReleaseRow } from '../../store/releases.ts';
import type { RunRow } from '../../store/runs.ts';
import type { Places } from '../parts.ts';
import { isAsWanted, wantedResidents } from './wanted-residents.ts';

/** In sentences, what a run is going to do to the residents of an environment, for whoever decides about it. */
export async function residentNotices(
  { database: { db }, secrets, nodeFolder }: Pick<Places, 'database' | 'secrets' | 'nodeFolder'>,
  at: { readonly run: RunRow; readonly release: ReleaseRow; readonly environment: string },
): Promise<readonly string[]> {
  const wanted = await wantedResidents({ db, secrets, nodeFolder }, at);
  const rows = await residentsIn(db, { integration: at.run.integration, environment: at.environment });
  const changed = wanted.flatMap((preparation) => {
    const component = preparation.components[0].name;
    const current = rows.find((row) => row.component === component)?.current ?? null;
    if (current !== null && isAsWanted(current, preparation)) return [];
    return [residentNotice({ component, environment: at.environment, isNew: current === null })];
  });
  const names = new Set(wanted.map(({ components }) => components[0].name));
  const left = rows.filter(({ component, current }) => current !== null && !names.has(component));
  return [
    ...changed,
    ...left.map(({ component }) => residentLeftNotice({ component, environment: at.environment })),
  ];
}
