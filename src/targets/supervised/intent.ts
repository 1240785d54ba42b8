import { z } from 'zod';

import { readJsonFile, writeFileAtomically } from '../../lib/atomic-file.ts';
import type { DeploymentFolder } from './layout.ts';

/** What is wanted of a deployment beyond its frozen inputs; it outlives the supervisor. */
export interface Intent {
  /** Whether the `when-live` workers are to run. */
  readonly workersActive: boolean;
}
const Intent: z.ZodType<Intent> = z.object({ workersActive: z.boolean() });

export async function readIntent(folder: DeploymentFolder): Promise<Intent> {
  return (await readJsonFile(folder.intent, Intent)) ?? { workersActive: false };
}

export async function writeIntent(folder: DeploymentFolder, intent: Intent): Promise<void> {
  await writeFileAtomically(folder.intent, JSON.stringify(intent));
}
