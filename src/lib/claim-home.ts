import { orDiskFull } from './disk-full.ts';
import { claimExclusively } from './exclusive-claim.ts';
import { prepareHomeFolder } from './home-folder.ts';
import type { Home } from './home.ts';
import { identifyProcess, type ProcessIdentity } from './process-identity.ts';

/** This process as the only server, or the only worker, of a home; null when another one is. */
export async function claimHome({ root }: Home, kind: 'server' | 'worker'): Promise<ProcessIdentity | null> {
  await prepareHomeFolder(root);
  const self = await identifyProcess(process.pid);
  try {
    return self !== null && (await claimExclusively(root, kind, self)) ? self : null;
  } catch (error) {
    throw orDiskFull(error, `the ${kind} took the home`);
  }
}
