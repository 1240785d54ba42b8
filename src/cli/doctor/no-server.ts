import { claimHolder } from '../../lib/exclusive-claim.ts';
import { exists } from '../../lib/exists.ts';
import type { Home } from '../../lib/home.ts';
import type { HealthCheck } from '../server-verbs.ts';

/** What a home is like on which no server runs. */
export interface Unserved {
  /** Edges or deployments run. */
  readonly isLive: boolean;
  /** Its server has ended without having been told to, and nobody has ended the rest since. */
  readonly wasCut: boolean;
  /** A `deployer worker` looks after what is there. */
  readonly hasWorker: boolean;
}

export async function unserved(home: Home, isLive: boolean): Promise<Unserved> {
  const worker = await claimHolder(home.root, 'worker').catch(() => null);
  return { isLive, wasCut: await exists(home.serverFile), hasWorker: worker !== null };
}

/** Whether it matters that no server runs. */
export function noServerCheck({ isLive, wasCut, hasWorker }: Unserved): HealthCheck {
  const name = 'server';
  if (hasWorker) return { name, ok: true, detail: 'none runs; a worker of this home does', hint: null };
  if (!isLive && !wasCut) {
    return { name, ok: true, detail: 'none runs; a verb that needs one starts it', hint: null };
  }
  const why = wasCut ? 'no server runs: it ended without being told to' : 'no server runs';
  const means = isLive
    ? 'live environments are unwatched and open runs stand still'
    : 'open runs stand still';
  const hint = 'deployer serve   (under a service manager, which keeps it alive), or just: deployer status';
  return { name, ok: false, detail: `${why}; ${means}`, hint };
}
