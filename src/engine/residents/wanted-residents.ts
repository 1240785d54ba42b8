import { environmentIn } from '../../core/definition/environment-in.ts';
import { configurationOf } from '../../core/configuration/configuration.ts';
import { residentId, residentInputs, residentsOf } from '../../core/residents/resident.ts';
import type { Preparation, ResidentPreparation } from '../../core/places/target.ts';
import { residentsIn } from '../../store/residents.ts';
import { digestOf } from '../../lib/canonical-json.ts';
import type { ReleaseRow } from '../../store/releases.ts';
import type { RunRow } from '../../store/runs.ts';
import type { Places } from '../parts.ts';
import { baseEnvOf, preparedComponents } from '../pipeline/new-deployment.ts';
import { type PinParts, pinsOf } from '../pipeline/pins.ts';
import { residentUrls } from './resident-urls.ts';

/** What a run wants to be there once per environment, those that others need first; addresses are as recorded. */
export async function wantedResidents(
  { db, secrets, nodeFolder }: PinParts & Pick<Places, 'nodeFolder'>,
  {
    run,
    release,
    environment: name,
  }: { readonly run: RunRow; readonly release: ReleaseRow; readonly environment: string },
): Promise<readonly ResidentPreparation[]> {
  const residents = residentsOf(release.definition.components);
  if (residents.length === 0) return [];
  const ref = { integration: run.integration, environment: name };
  const rows = await residentsIn(db, ref);
  const pins = await pinsOf({ db, secrets }, run, name);
  const { components: shapes } = configurationOf(environmentIn(run.definition, name), pins);
  const urls = await residentUrls(db, ref, release);
  const { nodeVersion: node } = run.definition;
  return preparedComponents(release, residents, shapes).map((component) => ({
    ...ref,
    deployment: residentId(name, component.name),
    release: release.id,
    components: [component],
    baseEnv: baseEnvOf(run, nodeFolder),
    ...onlyNeeded(urls, component.needs),
    resident: {
      port:
        component.port === null ? null : (rows.find((row) => row.component === component.name)?.port ?? null),
      ...(node === null ? {} : { node }),
    },
  }));
}

/** Whether what runs would be the same after a change. */
export function isAsWanted(runs: ResidentPreparation, wanted: ResidentPreparation): boolean {
  return digestOf(residentInputs(runs)) === digestOf(residentInputs(wanted));
}

function onlyNeeded(
  urls: Readonly<Record<string, string>>,
  needs: readonly string[],
): Pick<Preparation, 'urls'> {
  const needed = Object.entries(urls).filter(([name]) => needs.includes(name));
  return needed.length === 0 ? {} : { urls: Object.fromEntries(needed) };
}
