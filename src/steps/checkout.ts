import { mkdir, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

import type { Sources } from '../core/releases/sources.ts';
import type { Step, StepContext } from '../core/pipeline/step.ts';
import { passed, type StageOutcome } from '../core/verdicts/verdict.ts';
import { DeployerError } from '../errors.ts';
import { diskFull, isFullAt, orDiskFull, roomNeeded } from '../lib/disk-full.ts';
import { isNodeError } from '../lib/node-error.ts';
import { sideFolder } from '../lib/side-folder.ts';

/** Writes the run's clean checkout. What an earlier, interrupted attempt left is removed first. */
export function checkoutStep(ports: { readonly sources: Sources }): Step {
  return { run: (context) => checkout(context, ports.sources) };
}

async function checkout(context: StepContext, sources: Sources): Promise<StageOutcome> {
  const { workspace, run, signal } = context;
  try {
    for (const old of [workspace, sideFolder(workspace)]) {
      // A process of the interrupted attempt may have written its last file a moment ago.
      await rm(old, { recursive: true, force: true, maxRetries: 3 });
    }
    await mkdir(dirname(workspace), { recursive: true, mode: 0o700 });
    await sources.checkout({ integration: run.integration, commit: run.commit }, workspace, signal);
  } catch (error) {
    const doing = `checking out ${run.commit}`;
    const full = orDiskFull(error, doing);
    // Git says that it could not write, and not always why.
    const isFull = full === error && (await isFullAt(dirname(workspace), roomNeeded.files));
    throw isFull ? diskFull(error, doing) : full;
  }
  await refuseMissingFolder(context);
  context.log(`Checked out ${run.commit}.`, 'note');
  return passed(`Commit ${run.commit.slice(0, 12)} is checked out`);
}

async function refuseMissingFolder({ folder, definition, run }: StepContext): Promise<void> {
  try {
    if ((await stat(folder)).isDirectory()) return;
  } catch (error) {
    if (!isNodeError(error) || error.code !== 'ENOENT') throw error;
  }
  throw new DeployerError('repository_invalid', {
    message: `Commit ${run.commit} has no folder ${definition.folder}.`,
    hint: 'Commit the folder of deployer.yaml, then ship again.',
  });
}
