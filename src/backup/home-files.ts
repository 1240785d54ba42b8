import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

import type { Home } from '../lib/home.ts';
import { ignoreMissingPath } from '../lib/node-error.ts';

/**
 * Paths of the files of a home that a backup holds, relative to it. What a process writes about itself is left out, but
 * for `edge.json`, which keeps the port of an environment.
 */
export async function* homeFiles({ root }: Home): AsyncGenerator<string> {
  yield* filesBelow(root, 'artifacts', (path) => !path.startsWith('artifacts/ingest'));
  for (const clone of await namesIn(join(root, 'sources'))) {
    if (!clone.endsWith('.git')) continue;
    // Refs before objects: whatever a ref names was there before it, so that a push meanwhile leaves a whole clone.
    const objects = `sources/${clone}/objects`;
    yield* filesBelow(
      root,
      `sources/${clone}`,
      (path) => !path.startsWith(objects) && !path.endsWith('.lock'),
    );
    yield* filesBelow(root, objects, (path) => !/\/tmp_/.test(path));
  }
  yield* filesBelow(root, 'ca', isWhole);
  yield* filesBelow(root, 'secrets', isWhole);
  yield* filesBelow(root, 'retention.json', isWhole);
  // What was restored belongs to this host still.
  yield* filesBelow(root, 'host.json', isWhole);
  for (const integration of await namesIn(join(root, 'environments'))) {
    for (const environment of await namesIn(join(root, 'environments', integration))) {
      const folder = `environments/${integration}/${environment}`;
      yield* filesBelow(root, `${folder}/edge.json`, isWhole);
      yield* filesBelow(root, `${folder}/tls`, isWhole);
    }
  }
}

/** What is written beside its place has a name of its own until it is renamed. */
function isWhole(path: string): boolean {
  return !path.endsWith('.tmp');
}

async function* filesBelow(
  root: string,
  path: string,
  isWanted: (path: string) => boolean,
): AsyncGenerator<string> {
  if (!isWanted(path)) return;
  const facts = await lstat(join(root, path)).catch(ignoreMissingPath);
  if (facts === null) return;
  if (facts.isFile()) yield path;
  if (!facts.isDirectory()) return;
  for (const name of await namesIn(join(root, path))) yield* filesBelow(root, `${path}/${name}`, isWanted);
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return (await readdir(folder).catch(ignoreMissingPath))?.toSorted() ?? [];
}
