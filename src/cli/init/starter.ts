import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

import { examplesFolder } from '../demo/examples-folder.ts';

/** The files of the agent that an empty folder begins with: text by path. */
export function starterFiles(): ReadonlyMap<string, string> {
  const folder = join(examplesFolder, 'starter');
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return new Map(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file): [string, string] => [nameThere(relative(folder, file)), readFileSync(file, 'utf8')])
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** npm leaves out of a package what is called `.gitignore`. */
function nameThere(path: string): string {
  return path === 'gitignore' ? '.gitignore' : path.replaceAll('\\', '/');
}
