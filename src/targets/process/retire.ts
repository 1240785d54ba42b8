import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { DeployerError } from '../../errors.ts';
import { readJsonFile } from '../../lib/atomic-file.ts';
import { isNodeError } from '../../lib/node-error.ts';
import { isRunning, type ProcessIdentity, signalProcess } from '../../lib/process-identity.ts';
import { waitUntil } from '../../lib/wait-until.ts';
import type { DeploymentFolder } from './layout.ts';
import { StoredPreparation } from './preparation.ts';
import { clearLeftovers } from './leftovers.ts';
import { SupervisorClient } from './supervisor-client.ts';
import { livingSupervisor } from './supervisor-record.ts';

/** For everything of a stop that is not draining. */
const marginMs = 10_000;

/**
 * Ends a deployment and removes its files, except the logs. The supervisor ends the components in order; one that
 * does not within their drain times is killed, and its components end with it.
 */
export async function retireDeployment(folder: DeploymentFolder, signal: AbortSignal): Promise<void> {
  const supervisor = await livingSupervisor(folder);
  if (supervisor !== null) {
    const timeoutMs = (await longestDrainMs(folder)) + marginMs;
    try {
      await new SupervisorClient(supervisor).stop({ timeoutMs, signal });
      await untilEnded(supervisor, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof DeployerError)) throw error;
      await signalProcess(supervisor, 'SIGKILL');
      await untilEnded(supervisor, signal);
    }
  }
  await clearLeftovers(folder.leftovers);
  await removeAllButLogs(folder);
}

/** Components stop one after another where one needs the other; the sum is the longest that can take. */
export async function longestDrainMs(folder: DeploymentFolder): Promise<number> {
  const preparation = await readJsonFile(folder.preparation, StoredPreparation);
  return (preparation?.components ?? []).reduce((sum, { drainMs }) => sum + drainMs, 0);
}

async function untilEnded(process: ProcessIdentity, signal: AbortSignal): Promise<void> {
  const hasEnded = async () => ((await isRunning(process)) ? null : true);
  await waitUntil(hasEnded, {
    timeoutMs: 10_000,
    signal,
    what: `the supervisor ${process.pid} to end`,
    hint: 'deployer doctor',
  });
}

async function removeAllButLogs(folder: DeploymentFolder): Promise<void> {
  const entries = (await entriesOf(folder.root)).map((name) => join(folder.root, name));
  const doomed = entries.filter((path) => path !== folder.logs);
  await Promise.all(doomed.map((path) => rm(path, { recursive: true, force: true })));
}

async function entriesOf(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isNodeError(error) && error.code === 'ENOENT') return [];
    throw error;
  }
}
