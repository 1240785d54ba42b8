import { execFile, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { plantFiles, treeOf } from '../../test/scratch-tree.ts';
import type { ArtifactStore } from '../core/releases/artifacts.ts';
import { canonicalJson } from '../lib/canonical-json.ts';
import { openArtifactFolder } from './artifact-folder.ts';
import { ownName } from './ingest.ts';
import { writeBlob } from './blobs.ts';
import { refreshIndex } from './layout-index.ts';
import { bundleManifest } from './oci.ts';
import { tarEnd, type TarEntry, tarHeader } from './tar.ts';

const { signal } = new AbortController();
let place: string;
let store: string;
let artifacts: ArtifactStore;

beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'deployer-artifacts-'));
  store = join(place, 'artifacts');
  artifacts = openArtifactFolder(store);
});
afterEach(() => {
  rmSync(place, { recursive: true, force: true });
});

// Damaged, missing, hostile

test('a damaged blob is named with its file and refused by verify and unpack; packing again heals it', async () => {
  const folder = plantFiles(join(place, 'app'), { a: 'x'.repeat(2000) });
  const { digest } = await pack(folder);
  for (const blob of readdirSync(blobs())) {
    const path = join(blobs(), blob);
    const whole = readFileSync(path);
    for (const damage of [
      () => truncateSync(path, 1),
      () => writeFileSync(path, Buffer.concat([Buffer.from('X'), whole.subarray(1)])),
    ]) {
      damage();
      const refusal = { code: 'artifact_damaged', message: expect.stringContaining(path) as string };
      await expect(artifacts.verify(digest, signal)).rejects.toMatchObject(refusal);
      await expect(artifacts.unpack(digest, join(place, 'out'), signal)).rejects.toMatchObject(refusal);
      expect(existsSync(join(place, 'out'))).toBe(false);
      expect((await pack(folder)).digest).toBe(digest);
      await artifacts.verify(digest, signal);
    }
  }
  expect(indexed()).toEqual([digest]);
});

test('a missing blob is named, and so is what is no digest', async () => {
  const { digest } = await pack(plantFiles(join(place, 'app'), { a: 'x' }));
  for (const blob of readdirSync(blobs())) {
    const content = readFileSync(join(blobs(), blob));
    rmSync(join(blobs(), blob));
    await expect(artifacts.verify(digest, signal)).rejects.toMatchObject({
      code: 'artifact_missing',
      message: expect.stringContaining(blob) as string,
    });
    writeFileSync(join(blobs(), blob), content);
  }
  for (const name of [`sha256:${'0'.repeat(64)}`, 'sha256:../../etc/passwd', 'latest']) {
    await expect(artifacts.verify(name, signal)).rejects.toMatchObject({ code: 'artifact_missing' });
  }
});

test('a digest of something other than a manifest is refused', async () => {
  const { digest } = await pack(plantFiles(join(place, 'app'), { a: 'x' }));
  const [other] = readdirSync(blobs()).filter((name) => `sha256:${name}` !== digest);
  await expect(artifacts.verify(`sha256:${other}`, signal)).rejects.toMatchObject({
    code: 'artifact_damaged',
  });
});

test.each<[string, readonly TarEntry[]]>([
  ['a path upwards', [{ kind: 'file', path: '../evil', size: 0, executable: false }]],
  ['an absolute path', [{ kind: 'file', path: '/tmp/evil', size: 0, executable: false }]],
  [
    'a path through a link',
    [
      { kind: 'link', path: 'dir', target: '/tmp' },
      { kind: 'file', path: 'dir/evil', size: 0, executable: false },
    ],
  ],
  [
    'a folder in place of a link',
    [
      { kind: 'link', path: 'dir', target: '.' },
      { kind: 'folder', path: 'dir' },
    ],
  ],
  ['a file without its folder', [{ kind: 'file', path: 'a/b', size: 0, executable: false }]],
  ['a link out', [{ kind: 'link', path: 'evil', target: '../../x' }]],
  ['an empty name', [{ kind: 'folder', path: '' }]],
])(
  'an archive with %s is refused, although its digest is right, and nothing is unpacked',
  async (_, entries) => {
    await pack(plantFiles(join(place, 'app'), {}));
    const layer = await writeBlob(store, [...entries.map(tarHeader), tarEnd], signal);
    const manifest = await writeBlob(
      store,
      [Buffer.from(canonicalJson(bundleManifest('app', layer)))],
      signal,
    );
    await artifacts.verify(manifest.digest, signal);
    const before = readdirSync(place).sort();
    await expect(artifacts.unpack(manifest.digest, join(place, 'out'), signal)).rejects.toMatchObject({
      code: 'artifact_damaged',
    });
    expect(readdirSync(place).sort()).toEqual(before);
  },
);

// The layout

test('the folder is an OCI image layout: types, sizes and digests as image-spec 1.1 asks', async () => {
  const packed = [
    await pack(plantFiles(join(place, 'one'), { a: '1' })),
    await pack(plantFiles(join(place, 'two'), { a: '2' })),
  ];
  expect(JSON.parse(readFileSync(join(store, 'oci-layout'), 'utf8'))).toEqual({
    imageLayoutVersion: '1.0.0',
  });
  const index = readJson(join(store, 'index.json')) as {
    schemaVersion: number;
    mediaType: string;
    manifests: { digest: string; size: number; mediaType: string; artifactType: string }[];
  };
  expect(index).toMatchObject({ schemaVersion: 2, mediaType: 'application/vnd.oci.image.index.v1+json' });
  expect(index.manifests.map(({ digest }) => digest)).toEqual(packed.map(({ digest }) => digest).sort());
  for (const listed of index.manifests) {
    expect(listed).toMatchObject({
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      artifactType: 'application/vnd.deployer.bundle.v1',
    });
    const manifest = readJson(requireBlob(listed)) as {
      config: { digest: string; size: number };
      layers: { digest: string; size: number }[];
    };
    expect(manifest).toEqual({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      artifactType: 'application/vnd.deployer.bundle.v1',
      config: {
        mediaType: 'application/vnd.oci.empty.v1+json',
        digest: 'sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',
        size: 2,
      },
      layers: [
        {
          mediaType: 'application/vnd.oci.image.layer.v1.tar',
          digest: expect.stringMatching(/^sha256:/) as string,
          size: expect.any(Number) as number,
        },
      ],
      annotations: { 'org.opencontainers.image.title': 'app' },
    });
    for (const blob of [manifest.config, ...manifest.layers]) requireBlob(blob);
    const total = listed.size + manifest.config.size + (manifest.layers[0]?.size ?? 0);
    expect(packed.find(({ digest }) => digest === listed.digest)).toMatchObject({ size: total, files: 1 });
  }
});

test('several processes packing at once leave one whole store that lists everything', async () => {
  const folders = Array.from({ length: 6 }, (_, n) =>
    plantFiles(join(place, `app-${n}`), { shared: 's'.repeat(5000), own: String(n % 3) }),
  );
  const digests = await Promise.all(folders.map((folder) => packElsewhere(store, folder)));
  const expected = [...new Set(digests)].sort();
  expect(expected).toHaveLength(3);
  expect(indexed()).toEqual(expected);
  for (const digest of expected) await artifacts.verify(digest, signal);
  expect(readdirSync(join(store, 'ingest'))).toEqual([]);
});

test('an artifact that another process stores while the index is written is not lost', async () => {
  const first = await pack(plantFiles(join(place, 'one'), { a: '1' }));
  const elsewhere = openArtifactFolder(join(place, 'elsewhere'));
  const source = { component: 'app', folder: plantFiles(join(place, 'two'), { a: '2' }), exclude: [] };
  const second = await elsewhere.pack(source, signal);
  rmSync(join(store, 'index.json'));
  // Looked into after the blobs are listed and before the index is written: the moment at which the other one comes.
  class LateArrival extends Map<string, never> {
    override get(digest: string): undefined {
      cpSync(join(place, 'elsewhere', 'blobs'), join(store, 'blobs'), { recursive: true });
      super.get(digest);
    }
  }
  await refreshIndex(store, new LateArrival());
  expect(indexed()).toEqual([first.digest, second.digest].sort());
});

const canMount = spawnSync('sh', ['-c', 'unshare -rm mount -t tmpfs tmpfs /mnt']).status === 0;

test.skipIf(!canMount)(
  'a full disk is said, and nothing half-written stays (needs to mount a small disk)',
  async () => {
    const folder = plantFiles(join(place, 'app'), { big: 'x'.repeat(2_000_000) });
    const small = plantFiles(join(place, 'disk'), {});
    const script = `mount -t tmpfs -o size=1m tmpfs ${small} && ${process.execPath} -e '${packScript}' ${small}/store ${folder}; find ${small} -type f`;
    const { stdout } = await promisify(execFile)('sh', ['-c', 'unshare -rm sh -c "$0"', script]);
    expect(stdout.trim().split('\n')).toEqual(['disk_full', join(small, 'store/oci-layout')]);
  },
);

test('what an ended process left is removed; what a living one writes stays, however old a clock makes it', async () => {
  const folder = plantFiles(join(place, 'app'), {});
  await pack(folder);
  const living = await ownName();
  const ended = living.replace(`.${process.pid}.`, `.${process.pid}.1`);
  const [unsaid, unsaidOld] = ['new', 'old'];
  for (const name of [living, ended, unsaid, unsaidOld]) {
    const path = join(store, 'ingest', name);
    writeFileSync(path, 'half');
    if (name !== unsaid) utimesSync(path, 0, Date.now() / 1000 - 25 * 3600);
  }
  await pack(folder);
  expect(readdirSync(join(store, 'ingest')).toSorted()).toEqual([living, unsaid].toSorted());
});

test('a folder that is there already is not touched by unpack', async () => {
  const { digest } = await pack(plantFiles(join(place, 'app'), { a: 'x' }));
  const into = plantFiles(join(place, 'out'), { mine: 'kept' });
  await expect(artifacts.unpack(digest, into, signal)).rejects.toThrow('ENOTEMPTY');
  expect(Object.keys(treeOf(into))).toEqual(['mine']);
  expect(readdirSync(place).sort()).toEqual(['app', 'artifacts', 'out']);
});

// Helpers

/** Prints the digest, or the code of the error. */
const packScript = `import("${join(import.meta.dirname, 'artifact-folder.ts')}").then(async ({ openArtifactFolder }) => {
  const [store, folder] = process.argv.slice(1);
  const source = { component: "app", folder, exclude: [] };
  const done = openArtifactFolder(store).pack(source, new AbortController().signal);
  console.log(await done.then(({ digest }) => digest, (error) => error.code));
})`;

async function packElsewhere(store: string, folder: string): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', packScript, store, folder]);
  return stdout.trim();
}

function pack(folder: string): ReturnType<ArtifactStore['pack']> {
  return artifacts.pack({ component: 'app', folder, exclude: [] }, signal);
}

function blobs(): string {
  return join(store, 'blobs', 'sha256');
}

function indexed(): readonly string[] {
  const index = readJson(join(store, 'index.json')) as { manifests: { digest: string }[] };
  return index.manifests.map(({ digest }) => digest);
}

/** The path of a blob, once its size and digest are those of its descriptor. */
function requireBlob(descriptor: { readonly digest: string; readonly size: number }): string {
  const path = join(blobs(), descriptor.digest.replace('sha256:', ''));
  const content = readFileSync(path);
  expect(content.length).toBe(descriptor.size);
  expect(`sha256:${createHash('sha256').update(content).digest('hex')}`).toBe(descriptor.digest);
  return path;
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}
