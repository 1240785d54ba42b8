import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  linkSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import * as fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { plantFiles, plantNodes, type ScratchNode, treeOf } from '../../test/scratch-tree.ts';
import type { ArtifactStore } from '../core/releases/artifacts.ts';
import { openArtifactFolder } from './artifact-folder.ts';
import { bundleEntries } from './bundle-entries.ts';

const { signal } = new AbortController();
let place: string;
let store: string;
let artifacts: ArtifactStore;

beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'deployer-bundle-'));
  store = join(place, 'artifacts');
  artifacts = openArtifactFolder(store);
});
afterEach(() => {
  rmSync(place, { recursive: true, force: true });
});

// Reproducible

test('the same files have the same digest and come back equal, whatever order, times and umask they were made with', async () => {
  const name = fc.constantFrom(
    'a',
    'b',
    '.hidden',
    'with space',
    'ünï',
    '日本',
    'x'.repeat(110),
    'new\nline',
    'back\\slash',
    '-dash',
  );
  const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join('/'));
  const node = fc.record({
    path,
    kind: fc.constantFrom('file' as const, 'file' as const, 'folder' as const, 'link' as const),
    content: fc.oneof(fc.uint8Array({ maxLength: 1100 }), fc.constant(new Uint8Array(300_000))),
    executable: fc.boolean(),
  });
  const tree = fc.uniqueArray(node, { selector: ({ path }) => path, maxLength: 10 }).map(withoutConflicts);
  const pair = tree.chain((nodes) =>
    fc.tuple(
      fc.constant(nodes),
      fc.shuffledSubarray([...nodes], { minLength: nodes.length, maxLength: nodes.length }),
    ),
  );
  let run = 0;
  await fc.assert(
    fc.asyncProperty(pair, async ([nodes, shuffled]) => {
      const one = plantNodes(join(place, `one-${++run}`), nodes, 0o022);
      const other = plantNodes(join(place, `other-${run}`), shuffled, 0o077);
      const packed = await pack(one);
      expect(await pack(other)).toEqual(packed);
      const into = join(place, `out-${run}`);
      await artifacts.unpack(packed.digest, into, signal);
      expect(treeOf(into)).toEqual(treeOf(one));
    }),
    { numRuns: 25 },
  );
});

test('a byte, a name, the executable bit or the component’s name changes the digest', async () => {
  const folder = plantFiles(join(place, 'app'), { 'main.js': '1' });
  const { digest } = await pack(folder);
  expect((await artifacts.pack({ component: 'other', folder, exclude: [] }, signal)).digest).not.toBe(digest);
  chmodSync(join(folder, 'main.js'), 0o755);
  expect((await pack(folder)).digest).not.toBe(digest);
  chmodSync(join(folder, 'main.js'), 0o644);
  expect((await pack(folder)).digest).toBe(digest);
  writeFileSync(join(folder, 'main.js'), '2');
  expect((await pack(folder)).digest).not.toBe(digest);
});

test('the archive is sorted by path, whatever order the disk lists', async () => {
  const folder = plantFiles(join(place, 'app'), { 'a/b': '', 'a.txt': '', 'a-': '', B: '' });
  const entries = await bundleEntries({ component: 'app', folder, exclude: [] }, signal);
  expect(entries.map(({ path }) => path)).toEqual(['B', 'a', 'a-', 'a.txt', 'a/b']);
});

test('a hard link is a file of its own', async () => {
  const linked = plantFiles(join(place, 'linked'), { a: 'same' });
  linkSync(join(linked, 'a'), join(linked, 'b'));
  expect(await pack(linked)).toEqual(await pack(plantFiles(join(place, 'copied'), { a: 'same', b: 'same' })));
});

test('.git and what the globs name stay out, ignored files do not', async () => {
  const files = {
    '.gitignore': 'node_modules',
    'node_modules/x/index.js': 'x',
    'node_modules/x/.git': 'gitdir: elsewhere',
    '.git/HEAD': 'ref',
    'test/a.test.ts': '',
    'test/.hidden': '',
    'src/a.map': '',
    'src/.cache/b.map': '',
    'src/a.ts': '',
  };
  const folder = plantFiles(join(place, 'app'), files);
  const { digest } = await artifacts.pack(
    { component: 'app', folder, exclude: ['test/', './**/*.map'] },
    signal,
  );
  await artifacts.unpack(digest, join(place, 'out'), signal);
  const kept = [
    '.gitignore',
    'node_modules',
    'node_modules/x',
    'node_modules/x/index.js',
    'src',
    'src/.cache',
    'src/a.ts',
  ];
  expect(Object.keys(treeOf(join(place, 'out')))).toEqual(kept);
});

// Refused

test.each<[string, (folder: string) => void, string]>([
  [
    'a link to an absolute path',
    (folder) => symlinkSync('/etc/passwd', join(folder, 'dir/bad')),
    'dir/bad leads outside the component (/etc/passwd)',
  ],
  [
    'a link out by ..',
    (folder) => symlinkSync('../../x', join(folder, 'dir/bad')),
    'dir/bad leads outside the component (../../x)',
  ],
  [
    'a pipe',
    (folder) => execFileSync('sh', ['-c', 'mkfifo "$0"', join(folder, 'dir/bad')]),
    'dir/bad is neither file, folder nor symbolic link',
  ],
  [
    'a name that is not UTF-8',
    (folder) => writeFileSync(Buffer.concat([Buffer.from(`${folder}/dir/bad`), Buffer.from([0xff])]), ''),
    'the name of dir/"badÿ" is not UTF-8',
  ],
  ['a missing folder', (folder) => rmSync(folder, { recursive: true }), 'there is no folder'],
  [
    'a file in place of the folder',
    (folder) => {
      rmSync(folder, { recursive: true });
      writeFileSync(folder, '');
    },
    'is not a folder',
  ],
])('%s is refused by name, and nothing is stored', async (_, spoil, message) => {
  const folder = plantFiles(join(place, 'app'), { 'dir/good': 'x' });
  spoil(folder);
  await expect(pack(folder)).rejects.toMatchObject({
    code: 'bundle_invalid',
    message: expect.stringContaining(message) as string,
  });
  expect(existsSync(store)).toBe(false);
});

test('a link that stays out of the bundle cannot be the way out of another', async () => {
  const folder = plantFiles(join(place, 'app'), { 'dir/x': '' });
  symlinkSync('.', join(folder, 'here'));
  symlinkSync('here/../x', join(folder, 'bad'));
  await expect(pack(folder)).rejects.toMatchObject({ code: 'bundle_invalid' });
});

test('a file that grows while it is packed is refused, and nothing half-written stays', async () => {
  const folder = plantFiles(join(place, 'app'), { a: 'x', z: 'z' });
  const big = join(folder, 'm');
  writeFileSync(big, Buffer.alloc(20 * 1024 * 1024));
  const packing = pack(folder);
  const grow = setInterval(() => appendFileSync(join(folder, 'z'), 'more'), 1);
  try {
    await expect(packing).rejects.toMatchObject({
      code: 'bundle_invalid',
      message: expect.stringContaining('z changed while') as string,
    });
  } finally {
    clearInterval(grow);
  }
  expect(readdirSync(join(store, 'ingest'))).toEqual([]);
});

test('an abort ends packing, and nothing half-written stays', async () => {
  const folder = plantFiles(join(place, 'app'), {});
  writeFileSync(join(folder, 'big'), Buffer.alloc(50 * 1024 * 1024));
  const stop = new AbortController();
  const packing = artifacts.pack({ component: 'app', folder, exclude: [] }, stop.signal);
  setImmediate(() => stop.abort(new Error('stopped')));
  await expect(packing).rejects.toThrow('stopped');
  if (existsSync(store)) expect(readdirSync(join(store, 'ingest'))).toEqual([]);
});

// Helpers

/** Leaves out what lies below something that is not a folder. */
function withoutConflicts(nodes: readonly ScratchNode[]): readonly ScratchNode[] {
  return nodes.filter(
    (node) =>
      !nodes.some((other) => other.kind !== 'folder' && node.path.startsWith(`${other.path}/`)) &&
      (node.kind === 'folder' || !nodes.some((other) => other.path.startsWith(`${node.path}/`))),
  );
}

function pack(folder: string): ReturnType<ArtifactStore['pack']> {
  return artifacts.pack({ component: 'app', folder, exclude: [] }, signal);
}
