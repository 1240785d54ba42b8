import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { isNodeError } from '../../lib/node-error.ts';
import { endDeployment, type Ending } from './end-deployment.ts';
import type { DeploymentFolder } from './layout.ts';

/** Ends a deployment and removes its files, except the logs. */
export async function retireDeployment(folder: DeploymentFolder, ending: Ending): Promise<void> {
  if ((await entriesOf(folder.root)) === null) return;
  await endDeployment(folder, ending, async () => {
    const entries = ((await entriesOf(folder.root)) ?? []).map((name) => join(folder.root, name));
    const doomed = entries.filter((path) => path !== folder.logs);
    await Promise.all(doomed.map((path) => rm(path, { recursive: true, force: true })));
  });
}

/** Ends a deployment and keeps its files. False when nothing of it ran. */
export async function stopDeployment(folder: DeploymentFolder, ending: Ending): Promise<boolean> {
  if ((await entriesOf(folder.root)) === null) return false;
  return await endDeployment(folder, ending, () => rm(folder.starts, { recursive: true, force: true }));
}

/** Null when the folder does not exist. */
async function entriesOf(folder: string): Promise<readonly string[] | null> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isNodeError(error) && error.code === 'ENOENT') return null;
    throw error;
  }
}
