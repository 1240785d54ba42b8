import { hostLabel } from '../core/workers/host.ts';
import { DeployerError } from '../errors.ts';
import type { Queries } from '../store/database.ts';
import { hostOfIntegration } from '../store/environments.ts';
import { hostById } from '../store/workers.ts';
import type { Places } from './parts.ts';

/** Whether an environment, run or integration is in the care of this host. What nobody owns yet may become so. */
export function isHere({ worker }: Pick<Places, 'worker'>, host: string | null): boolean {
  return host === null || host === worker.host.id;
}

/** The host that has an environment, as people are told of it; null: this one, or none yet. */
export async function hostElsewhere(
  places: Pick<Places, 'database' | 'worker'>,
  host: string | null,
): Promise<string | null> {
  if (host === null || isHere(places, host)) return null;
  return hostLabel(await hostById(places.database.db, host));
}

/** Refuses what needs the files of a home, when that is another one's. */
export async function refuseElsewhere(
  places: Pick<Places, 'worker'>,
  db: Queries,
  { integration, command }: { readonly integration: string; readonly command: string },
): Promise<void> {
  const owner = await hostOfIntegration(db, integration);
  if (owner === null || isHere(places, owner)) return;
  const host = await hostById(db, owner);
  throw new DeployerError('place_elsewhere', {
    message: `${integration} is on ${hostLabel(host)}: its sources, artifacts and processes are there.`,
    hint: `On ${host.name}: DEPLOYER_HOME=${host.home} ${command}`,
  });
}
