import { cp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

import type { ArtifactStore } from '../core/releases/artifacts.ts';
import type { ReleaseFacts, StepContext } from '../core/pipeline/step.ts';
import { DeployerError } from '../errors.ts';
import { orDiskFull } from '../lib/disk-full.ts';
import { sideFolder } from '../lib/side-folder.ts';

/**
 * Writes what a release packed over the components' folders. Over, not in place of: `exclude` keeps files out of a
 * bundle that the suites may need, and folders may contain one another.
 */
export async function restoreBuilt(
  context: StepContext,
  release: ReleaseFacts,
  artifacts: ArtifactStore,
): Promise<void> {
  const folder = join(sideFolder(context.workspace), 'built');
  try {
    for (const { name, path } of context.definition.components) {
      const unpacked = join(folder, name);
      await rm(unpacked, { recursive: true, force: true });
      await mkdir(folder, { recursive: true });
      await artifacts.unpack(artifactOf(release, name), unpacked, context.signal);
      await cp(unpacked, join(context.folder, path), { recursive: true, verbatimSymlinks: true });
      await rm(unpacked, { recursive: true });
    }
  } catch (error) {
    throw orDiskFull(error, `writing the artifacts of release ${release.version}`);
  }
}

function artifactOf(release: ReleaseFacts, component: string): string {
  const digest = release.artifacts[component];
  if (digest !== undefined) return digest;
  throw new DeployerError('artifact_missing', {
    message: `Release ${release.version} has no artifact of ${component}.`,
    hint: 'Ship another commit: what a release consists of cannot change.',
  });
}
