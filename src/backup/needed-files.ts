import { relative } from 'node:path';

import { blobPath } from '../artifacts/blobs.ts';
import { blobsOf } from '../artifacts/needed-blobs.ts';
import { DeployerError } from '../errors.ts';
import { exists } from '../lib/exists.ts';
import type { Home } from '../lib/home.ts';
import { entries } from './format.ts';

/**
 * Paths in the home of the files of artifacts without which a backup would be of no use. Throws `backup_failed` when
 * one is missing or cannot be read already.
 */
export async function neededFiles(
  { root, artifacts }: Home,
  manifests: readonly string[],
): Promise<readonly string[]> {
  const paths = new Set<string>();
  for (const manifest of manifests) {
    for (const blob of await readBlobs(artifacts, manifest)) {
      const path = blobPath(artifacts, blob);
      if (!(await exists(path))) throw lacking(relative(root, path));
      paths.add(relative(root, path));
    }
  }
  return [...paths];
}

/** Throws `backup_failed` when a needed file is not among what was written. */
export function refuseLacking(needed: readonly string[], written: Readonly<Record<string, string>>): void {
  const missing = needed.find((path) => written[`${entries.home}/${path}`] === undefined);
  if (missing !== undefined) throw lacking(missing);
}

async function readBlobs(artifacts: string, manifest: string): Promise<readonly string[]> {
  try {
    return await blobsOf(artifacts, manifest);
  } catch (error) {
    throw lacking(`artifact ${manifest}`, error);
  }
}

function lacking(what: string, cause?: unknown): DeployerError {
  return new DeployerError('backup_failed', {
    message: `A release needs ${what}, which is missing or cannot be read: a backup without it would not bring that release back.`,
    hint: 'Check the disk, put it back from an earlier backup, then try again.',
    cause,
  });
}
