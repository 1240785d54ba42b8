import { setTimeout as delay } from 'node:timers/promises';

import { readJsonFile } from '../../lib/atomic-file.ts';
import { claimExclusively, releaseClaim } from '../../lib/exclusive-claim.ts';
import { ownIdentity } from '../../lib/process-identity.ts';
import { type Ending, longestDrainMs } from './end-deployment.ts';
import { writeIntent } from './intent.ts';
import type { DeploymentFolder } from './layout.ts';
import { StoredPreparation } from './preparation.ts';
import { SupervisorClient } from './supervisor-client.ts';
import { livingSupervisor } from './supervisor-record.ts';

/** For everything of a stop that is not draining. */
const marginMs = 10_000;

/**
 * Ends the workers of a deployment; when this resolves none runs, and none starts before it is asked for again. Without
 * a supervisor that is written down for the next one, which must not have read it yet: one that is being started has
 * the claim and no record, so it is waited for. What a killed one has left is ended, as it may still take messages.
 */
export async function stopWorkers(
  folder: DeploymentFolder,
  { clear, signal }: Pick<Ending, 'clear' | 'signal'>,
): Promise<void> {
  // Never prepared, or retired: there is nothing that could start any.
  if ((await readJsonFile(folder.preparation, StoredPreparation)) === null) return;
  const self = await ownIdentity();
  const timeoutMs = (await longestDrainMs(folder)) + marginMs;
  for (;;) {
    signal.throwIfAborted();
    const supervisor = await livingSupervisor(folder);
    if (supervisor !== null) {
      const seen = await new SupervisorClient(supervisor).setWorkers(false, { timeoutMs, signal });
      if (seen !== null) return;
    } else if (await claimExclusively(folder.root, 'supervisor', self)) {
      break;
    } else {
      await delay(20);
    }
  }
  try {
    await writeIntent(folder, { workersActive: false });
    await clear(folder);
  } finally {
    await releaseClaim(folder.root, 'supervisor', self);
  }
}
