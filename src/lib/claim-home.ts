import { orDiskFull } from './disk-full.ts';
import { claimExclusively } from './exclusive-claim.ts';
import { prepareHomeFolder } from './home-folder.ts';
import { refuseCopy } from './home-standing.ts';
import type { Home } from './home.ts';
import { identifyProcess, type ProcessIdentity } from './process-identity.ts';

/** This process as the only server, or the only worker, of a home; null when another one is. Refuses a copy. */
export async function claimHome(home: Home, kind: 'server' | 'worker'): Promise<ProcessIdentity | null> {
  const { root } = home;
  await prepareHomeFolder(root);
  // The claim that was copied with it is that of the other home's server.
  await refuseCopy(home);
  const self = await identifyProcess(process.pid);
  try {
    return self !== null && (await claimExclusively(root, kind, self)) ? self : null;
  } catch (error) {
    throw orDiskFull(error, `the ${kind} took the home`);
  }
}
