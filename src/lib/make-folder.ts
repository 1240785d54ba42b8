import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

import { isNodeError } from './node-error.ts';

/**
 * Makes a folder with what is missing above it, all with this mode; one that is there stays as it is. For paths that
 * users name: `mkdir` of Node with `recursive` never returns where a file system answers ENOENT to a name below a
 * folder that exists, as /proc does. Throws what the system says.
 */
export function makeFolder(path: string, mode: number): void {
  for (const folder of missingFolders(path)) {
    try {
      mkdirSync(folder, { mode });
    } catch (error) {
      // Somebody else was first.
      if (!isNodeError(error) || error.code !== 'EEXIST') throw error;
    }
  }
}

/** From the highest one down. */
function missingFolders(path: string): readonly string[] {
  if (statSync(path, { throwIfNoEntry: false }) !== undefined || dirname(path) === path) return [];
  return [...missingFolders(dirname(path)), path];
}
