import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { open, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

import { tarEnd, tarHeader, tarPadding } from '../artifacts/tar.ts';
import type { Actor } from '../core/pipeline/run.ts';
import { DeployerError } from '../errors.ts';
import { syncFolder } from '../lib/atomic-file.ts';
import { orDiskFull } from '../lib/disk-full.ts';
import { exists } from '../lib/exists.ts';
import type { Home } from '../lib/home.ts';
import { ignoreMissing, ignoreMissingPath, isNodeError } from '../lib/node-error.ts';
import { writeAudit } from '../store/audit.ts';
import { type Database, onConnection } from '../store/database.ts';
import { withoutPruning } from '../store/pruning-lock.ts';
import { neededManifests } from '../store/retention.ts';
import {
  atOneMoment,
  integrationsOf,
  linesOf,
  migrationsOf,
  sequencesOf,
  tablesOf,
} from '../store/table-copy.ts';
import { appearance } from './appearance.ts';
import { type BackupFacts, entries, formatVersion } from './format.ts';
import { homeFiles } from './home-files.ts';
import { neededFiles, refuseLacking } from './needed-files.ts';

export interface BackupOrder {
  readonly home: Home;
  /** Id of the host that has the home. */
  readonly host: string;
  readonly database: Database;
  /** Absolute path of the file, which must not exist. */
  readonly file: string;
  readonly version: string;
  readonly by: Actor;
}

export interface BackedUp {
  readonly file: string;
  readonly bytes: number;
  readonly createdAt: string;
  readonly integrations: readonly string[];
}

const chunkBytes = 1024 * 1024;

/**
 * Writes a backup of a server that goes on meanwhile: its database as it is at one moment, then the files, which only
 * gain anything as long as nothing is pruned. The file appears whole or not at all, readable by its owner only.
 */
export async function backUp(order: BackupOrder, signal: AbortSignal): Promise<BackedUp> {
  const { database, file, by } = order;
  await refuseExisting(file);
  const beside = `${file}.${randomUUID()}.partial`;
  try {
    await writeFile(beside, '', { flag: 'wx', mode: 0o600 });
    const appear = await appearance(beside, file);
    const facts = await withoutPruning(database, order.host, (lost) =>
      atOneMoment(database.pool, async (client) => {
        const seen = await factsAt(client, order);
        const needed = await neededFiles(
          order.home,
          await neededManifests(onConnection(client), { host: order.host }),
        );
        const content = archive(order, { facts: seen, needed }, client);
        const output = createWriteStream(beside, { flags: 'r+', flush: true });
        // Layers of artifacts are most of it: a better level costs minutes and gains little.
        await pipeline(Readable.from(content), createGzip({ level: 1 }), output, {
          signal: AbortSignal.any([signal, lost]),
        });
        return seen;
      }),
    );
    await database.transaction(async ({ db }) => {
      await writeAudit(db, {
        integration: null,
        actor: by,
        action: 'backup',
        subject: file,
        detail: { createdAt: facts.createdAt },
      });
      await appear();
    });
    await syncFolder(dirname(file));
    return {
      file,
      bytes: (await stat(file)).size,
      createdAt: facts.createdAt,
      integrations: facts.integrations,
    };
  } catch (error) {
    signal.throwIfAborted();
    if (isNodeError(error) && 'path' in error)
      throw orDiskFull(unwritable(file, error), 'the backup was written');
    throw orDiskFull(error, 'the backup was written');
  } finally {
    await rm(beside, { force: true }).catch(ignoreMissingPath);
  }
}

async function factsAt(
  client: Parameters<typeof tablesOf>[0],
  { home, version, by }: BackupOrder,
): Promise<BackupFacts> {
  return {
    format: 'deployer-backup',
    v: formatVersion,
    createdAt: new Date().toISOString(),
    by: by.identity,
    version,
    home: home.root,
    migrations: await migrationsOf(client),
    integrations: await integrationsOf(client),
  };
}

async function* archive(
  { home }: BackupOrder,
  { facts, needed }: { readonly facts: BackupFacts; readonly needed: readonly string[] },
  client: Parameters<typeof tablesOf>[0],
): AsyncGenerator<Buffer> {
  const digests: Record<string, string> = {};
  function* whole(path: string, content: Buffer): Generator<Buffer> {
    digests[path] = `sha256:${createHash('sha256').update(content).digest('hex')}`;
    yield* [
      tarHeader({ kind: 'file', path, size: content.length, executable: false }),
      content,
      tarPadding(content.length),
    ];
  }
  yield* whole(entries.facts, Buffer.from(JSON.stringify(facts)));
  let part = 0;
  for (const table of await tablesOf(client)) {
    for await (const lines of linesOf(client, table)) {
      const text = [JSON.stringify(table), ...lines].join('\n');
      yield* whole(`${entries.database}/${String((part += 1)).padStart(8, '0')}.jsonl`, Buffer.from(text));
    }
  }
  yield* whole(entries.sequences, Buffer.from(JSON.stringify(await sequencesOf(client))));
  for await (const path of homeFiles(home)) yield* fileEntry(home, path, digests);
  refuseLacking(needed, digests);
  yield* whole(entries.digests, Buffer.from(JSON.stringify(digests)));
  yield tarEnd;
}

async function* fileEntry(home: Home, path: string, digests: Record<string, string>): AsyncGenerator<Buffer> {
  const file = await open(join(home.root, path), 'r').catch(ignoreMissing);
  if (file === null) return;
  try {
    const { size } = await file.stat();
    const name = `${entries.home}/${path}`;
    yield tarHeader({ kind: 'file', path: name, size, executable: false });
    const hash = createHash('sha256');
    for (let done = 0; done < size;) {
      const buffer = Buffer.allocUnsafe(Math.min(size - done, chunkBytes));
      const { bytesRead } = await file.read(buffer, 0, buffer.length, done);
      if (bytesRead === 0) throw new Error(`${path} became shorter while it was being backed up`);
      const chunk = buffer.subarray(0, bytesRead);
      hash.update(chunk);
      done += bytesRead;
      yield chunk;
    }
    yield tarPadding(size);
    digests[name] = `sha256:${hash.digest('hex')}`;
  } finally {
    await file.close();
  }
}

async function refuseExisting(file: string): Promise<void> {
  try {
    if (await exists(file)) throw existing(file);
  } catch (error) {
    throw isNodeError(error) ? unwritable(file, error) : error;
  }
}

function existing(file: string): DeployerError {
  return new DeployerError('backup_failed', {
    message: `${file} exists; a backup never replaces another file.`,
    hint: `Name another file: deployer backup ${file.replace(/(\.[^./]+)?$/, '-2$1')}`,
    path: 'file',
  });
}

function unwritable(file: string, error: NodeJS.ErrnoException): unknown {
  if (error.code === 'ENOSPC' || error.code === 'EDQUOT') return error;
  if (error.code === 'EEXIST') return existing(file);
  return new DeployerError('backup_failed', {
    message: `The backup could not be written to ${file}: ${error.message}.`,
    hint: 'Name a file in a folder that exists and that you may write to.',
    path: 'file',
    cause: error,
  });
}
