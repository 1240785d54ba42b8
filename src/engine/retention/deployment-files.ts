import { rm } from 'node:fs/promises';

import { prunedDeployments } from '../../store/retention.ts';
import type { Places } from '../parts.ts';

/** Removes what pruned deployments left on the disk: their logs. Those that went before have nothing left. */
export async function removeDeploymentFiles(
  { database, home }: Places,
  integration: string,
  signal: AbortSignal,
): Promise<void> {
  for (const { id, environment } of await prunedDeployments(database.db, integration)) {
    signal.throwIfAborted();
    await rm(home.deployment(integration, environment, id), { recursive: true, force: true });
  }
}
