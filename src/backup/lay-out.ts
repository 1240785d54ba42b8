import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { type FileHandle, mkdir, open, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { z } from 'zod';

import { ArchiveError, readTar, type TarContent } from '../artifacts/tar.ts';
import { DeployerError } from '../errors.ts';
import { isNodeError } from '../lib/node-error.ts';
import { type BackupFacts, backupFacts, digestList, entries, formatVersion } from './format.ts';

/** A backup whose every byte was compared with its digests, as files in a folder. */
export interface LaidOut {
  readonly facts: BackupFacts;
  readonly folder: string;
}

const chunkBytes = 1024 * 1024;

/**
 * Lays a backup out in a new folder. Throws `backup_invalid`, naming what is wrong, unless it is whole and of a version
 * that is known here: what it may have had of migrations is given.
 */
export async function layOut(
  file: string,
  into: string,
  { migrations, signal }: { readonly migrations: readonly string[]; readonly signal: AbortSignal },
): Promise<LaidOut> {
  await mkdir(into, { recursive: true, mode: 0o700 });
  const archive = join(into, 'archive.tar');
  await unzip(file, archive, signal);
  const content = join(into, 'content');
  const handle = await open(archive, 'r');
  try {
    const digests = await writeEntries(handle, { file, content, migrations, signal });
    await compare(file, content, digests);
  } catch (error) {
    throw error instanceof ArchiveError ? invalid(file, error.message, error) : error;
  } finally {
    await handle.close();
  }
  return { facts: await readEntry(file, content, entries.facts, backupFacts), folder: content };
}

/** What one of the entries says. */
export async function readEntry<T>(
  file: string,
  folder: string,
  path: string,
  schema: z.ZodType<T>,
): Promise<T> {
  try {
    return schema.parse(JSON.parse(await readFile(join(folder, path), 'utf8')));
  } catch (error) {
    throw invalid(file, `its ${path} cannot be read`, error);
  }
}

function invalid(file: string, what: string, cause?: unknown): DeployerError {
  return new DeployerError('backup_invalid', {
    message: `${file} is not a backup that can be restored: ${what}. Nothing was changed.`,
    hint: 'deployer restore <another file>',
    path: 'file',
    cause,
  });
}

async function unzip(file: string, archive: string, signal: AbortSignal): Promise<void> {
  try {
    // Opening a pipe that nobody writes to would wait for ever, and not end with this process.
    if (!(await stat(file)).isFile()) throw invalid(file, 'it is no regular file');
    await pipeline(createReadStream(file), createGunzip(), createWriteStream(archive, { mode: 0o600 }), {
      signal,
    });
  } catch (error) {
    signal.throwIfAborted();
    if (!isNodeError(error)) throw error;
    if (error.code === 'ENOENT') throw invalid(file, 'there is no such file', error);
    if (error.code === 'Z_DATA_ERROR') throw invalid(file, 'it is no gzip archive, or it is damaged', error);
    if (error.code === 'Z_BUF_ERROR') throw invalid(file, 'it is cut off', error);
    throw error;
  }
}

interface Writing {
  readonly file: string;
  readonly content: string;
  readonly migrations: readonly string[];
  readonly signal: AbortSignal;
}

/** Writes every entry and returns what each was seen to be. The first one is looked at before the second is written. */
async function writeEntries(
  archive: FileHandle,
  { file, content, migrations, signal }: Writing,
): Promise<ReadonlyMap<string, string>> {
  const digests = new Map<string, string>();
  for await (const { entry, offset } of readTar(archive)) {
    signal.throwIfAborted();
    if (entry.kind !== 'file' || !isPlain(entry.path) || digests.has(entry.path)) {
      throw invalid(file, `it has an entry ${JSON.stringify(entry.path)}, which no backup has`);
    }
    if (digests.size === 0 && entry.path !== entries.facts)
      throw invalid(file, 'it is another kind of archive');
    digests.set(entry.path, await writeEntry(archive, { entry, offset }, join(content, entry.path)));
    if (digests.size === 1) await refuseOthers(file, content, migrations);
  }
  return digests;
}

async function refuseOthers(file: string, content: string, migrations: readonly string[]): Promise<void> {
  const facts = await readEntry(file, content, entries.facts, backupFacts);
  const unknown = facts.migrations.find((name) => !migrations.includes(name));
  if (facts.v === formatVersion && unknown === undefined) return;
  const newer = unknown === undefined ? `format ${facts.v}` : `migration ${unknown}`;
  throw invalid(
    file,
    `Deployer ${facts.version} wrote it, which is newer than this one (${newer} is not known here)`,
  );
}

async function compare(file: string, content: string, digests: ReadonlyMap<string, string>): Promise<void> {
  if ([...digests.keys()].at(-1) !== entries.digests)
    throw invalid(file, `it has no ${entries.digests} at its end`);
  const wanted = new Map(Object.entries(await readEntry(file, content, entries.digests, digestList)));
  for (const [path, digest] of digests) {
    if (path === entries.digests) continue;
    if (wanted.get(path) !== digest)
      throw invalid(file, `${path} does not have the content that was written`);
    wanted.delete(path);
  }
  const [missing] = wanted.keys();
  if (missing !== undefined) throw invalid(file, `${missing} is missing`);
}

/** Returns the digest of what was written. */
async function writeEntry(archive: FileHandle, { entry, offset }: TarContent, path: string): Promise<string> {
  const size = entry.kind === 'file' ? entry.size : 0;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const hash = createHash('sha256');
  const file = await open(path, 'wx', 0o600);
  try {
    for (let done = 0; done < size;) {
      const buffer = Buffer.allocUnsafe(Math.min(size - done, chunkBytes));
      const { bytesRead } = await archive.read(buffer, 0, buffer.length, offset + done);
      if (bytesRead === 0) throw new ArchiveError('it is cut off');
      const chunk = buffer.subarray(0, bytesRead);
      hash.update(chunk);
      await file.write(chunk);
      done += bytesRead;
    }
  } finally {
    await file.close();
  }
  return `sha256:${hash.digest('hex')}`;
}

/** Nothing leads out of the folder. */
function isPlain(path: string): boolean {
  return path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}
