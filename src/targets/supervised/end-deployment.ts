import { rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

import { DeployerError } from '../../errors.ts';
import { readJsonFile } from '../../lib/atomic-file.ts';
import { claimExclusively, releaseClaim } from '../../lib/exclusive-claim.ts';
import { ownIdentity, isRunning, type ProcessIdentity, signalProcess } from '../../lib/process-identity.ts';
import { waitUntil } from '../../lib/wait-until.ts';
import type { DeploymentFolder } from './layout.ts';
import type { ClearLeftovers } from './runtime.ts';
import { StoredPreparation } from './preparation.ts';
import { SupervisorClient } from './supervisor-client.ts';
import { livingSupervisor, SupervisorRecord } from './supervisor-record.ts';

export interface Ending {
  readonly signal: AbortSignal;
  /** Ends and removes what a dead supervisor has left. */
  readonly clear: ClearLeftovers;
  /** Whether it is known not to answer: asking it to drain would only keep users waiting. @default it is asked */
  readonly isHung?: (supervisor: ProcessIdentity) => boolean;
}

/** For everything of a stop that is not draining. */
const marginMs = 10_000;

/**
 * Ends all processes of a deployment, then does `after` while nobody can start it; resolves when that is done. The
 * supervisor ends the components in order; one that does not within their drain times is killed, and its components end
 * with it. False when none lived.
 *
 * One that is being started has the claim and no record yet, so the end is when this process can have the claim.
 */
export async function endDeployment(
  folder: DeploymentFolder,
  { signal, clear, isHung = () => false }: Ending,
  after: () => Promise<void>,
): Promise<boolean> {
  const self = await ownIdentity();
  let ran = false;
  for (;;) {
    signal.throwIfAborted();
    const supervisor = await livingSupervisor(folder);
    ran ||= supervisor !== null;
    if (supervisor !== null && isHung(supervisor)) await killSupervisor(supervisor, signal);
    else if (supervisor !== null) await endSupervisor(supervisor, folder, signal);
    else if (await claimExclusively(folder.root, 'supervisor', self)) break;
    else await delay(20);
  }
  try {
    await clear(folder);
    // A long home has it elsewhere, and a killed supervisor leaves it there.
    const last = await readJsonFile(folder.supervisor, SupervisorRecord);
    if (last !== null) await rm(last.socket, { force: true });
    await after();
    return ran;
  } finally {
    await releaseClaim(folder.root, 'supervisor', self);
  }
}

/** Components stop one after another where one needs the other; the sum is the longest that can take. */
export async function longestDrainMs(folder: DeploymentFolder): Promise<number> {
  const preparation = await readJsonFile(folder.preparation, StoredPreparation);
  return (preparation?.components ?? []).reduce((sum, { drainMs }) => sum + drainMs, 0);
}

async function endSupervisor(
  supervisor: SupervisorRecord,
  folder: DeploymentFolder,
  signal: AbortSignal,
): Promise<void> {
  const timeoutMs = (await longestDrainMs(folder)) + marginMs;
  try {
    await new SupervisorClient(supervisor).stop({ timeoutMs, signal });
  } catch (error) {
    // A cancel comes as a `DeployerError` too, and is no reason to kill what is draining.
    signal.throwIfAborted();
    if (!(error instanceof DeployerError)) throw error;
    return await killSupervisor(supervisor, signal);
  }
  try {
    await untilEnded(supervisor, signal);
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof DeployerError)) throw error;
    // Nothing of the deployment runs any more: one that cannot end loses nothing.
    await killSupervisor(supervisor, signal);
  }
}

async function killSupervisor(supervisor: ProcessIdentity, signal: AbortSignal): Promise<void> {
  await signalProcess(supervisor, 'SIGKILL');
  await untilEnded(supervisor, signal);
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
