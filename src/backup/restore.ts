import { randomUUID } from 'node:crypto';
import { cp, mkdir, readdir, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';

import type { BackupFacts } from './format.ts';
import { entries } from './format.ts';
import { layOut } from './lay-out.ts';
import { loadDatabase } from './load-database.ts';
import type { Restored } from '../core/convergence/restored.ts';
import { DeployerError } from '../errors.ts';
import { readJsonFile, writeFileAtomically } from '../lib/atomic-file.ts';
import { folderNames } from '../lib/folder-names.ts';
import { homeAt, type Home } from '../lib/home.ts';
import { readHostFile, writeHostFile } from '../lib/host-identity.ts';
import { ignoreMissing } from '../lib/node-error.ts';
import { knownMigrations } from '../store/migrate.ts';

/** Where a restored database goes. */
export interface DatabasePlace {
  /**
   * Connection string of an empty database to fill, cleared of what a restore left that was stopped. Throws
   * `home_in_use`.
   */
  empty(): Promise<string>;
  /** Puts it in the place of the home's, or opens it to servers where it is there already. */
  exchange(): Promise<void>;
}

export interface RestoreOrder {
  readonly home: Home;
  readonly file: string;
  /** What the home has may be replaced. */
  readonly isReplacing: boolean;
  readonly by: string;
  readonly place: DatabasePlace;
  readonly migrateEngine: (connectionString: string) => Promise<void>;
}

/** What a backup is, when it is whole; nothing changes. */
export async function inspectBackup(home: Home, file: string, signal: AbortSignal): Promise<BackupFacts> {
  // Of its own: a restore may be going on.
  const folder = `${home.restoring}.${randomUUID()}`;
  try {
    return (await layOut(file, folder, { migrations: knownMigrations, signal })).facts;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Restores a backup into a home without a server. Everything is laid out and compared, and the database filled beside
 * the home's, before anything changes. Then the files come, and last the database takes its place: stopped anywhere,
 * the same restore does it whole. Edges and deployments that run are left alone: the next server brings them together.
 */
export async function restore(order: RestoreOrder, signal: AbortSignal): Promise<BackupFacts> {
  const { home, file, by } = order;
  if (!order.isReplacing) await refuseUsed(home, file);
  await rm(home.restoring, { recursive: true, force: true });
  try {
    const backup = await layOut(file, home.restoring, { migrations: knownMigrations, signal });
    const restored: Restored = { backupAt: backup.facts.createdAt, at: new Date().toISOString(), by };
    const seen = await deploymentsSeen(home);
    const { migrateEngine } = order;
    await loadDatabase(await order.place.empty(), { home, file, backup, restored, seen, migrateEngine });
    signal.throwIfAborted();
    await makeOwn(join(backup.folder, entries.home), home);
    await putFiles(join(backup.folder, entries.home), home);
    await order.place.exchange();
    return backup.facts;
  } finally {
    await rm(home.restoring, { recursive: true, force: true });
  }
}

/** Throws `home_in_use` when something was ever done in a home. */
export async function refuseUsed(home: Home, file: string): Promise<void> {
  for (const path of [
    home.databaseFile,
    home.artifacts,
    join(home.root, 'sources'),
    join(home.root, 'environments'),
  ]) {
    const isThere = await stat(path).catch(ignoreMissing);
    if (isThere === null) continue;
    throw new DeployerError('home_in_use', {
      message: `${home.root} is in use: it has ${path}. Nothing was changed.`,
      hint: `deployer restore ${file} --replace   (what this home has is lost), or set DEPLOYER_HOME to another folder`,
    });
  }
}

async function deploymentsSeen(home: Home): Promise<ReadonlyMap<string, readonly string[]>> {
  const root = join(home.root, 'environments');
  const seen = new Map<string, readonly string[]>();
  for (const integration of await folderNames(root)) {
    for (const environment of await folderNames(join(root, integration))) {
      const names = await folderNames(home.deployments(integration, environment));
      seen.set(`${integration}/${environment}`, names);
    }
  }
  return seen;
}

/** The home is here now; what ran in the one that it was belongs to that one still, if it is not the same. */
async function makeOwn(files: string, home: Home): Promise<void> {
  const from = homeAt(files);
  const host = await readHostFile(from);
  if (host === null) return;
  const here = await realpath(home.root);
  await writeHostFile(from, { ...host, home: here });
  if (host.home === undefined || host.home === here) return;
  for (const integration of await folderNames(join(files, 'environments'))) {
    for (const environment of await folderNames(join(files, 'environments', integration))) {
      await forgetProcess(join(from.environment(integration, environment), 'edge.json'));
    }
  }
}

const processRecord = z.looseObject({ startedAt: z.string() });

/** The port is kept, and whoever had it is nobody's here. */
async function forgetProcess(path: string): Promise<void> {
  const record = await readJsonFile(path, processRecord);
  if (record !== null)
    await writeFileAtomically(path, `${JSON.stringify({ ...record, startedAt: 'restored' }, null, 2)}\n`);
}

/** Clones and keys take the place of others; artifacts come beside them, as they are named by their content. */
async function putFiles(from: string, home: Home): Promise<void> {
  // What is recorded belongs to the host that the home was, so it is that host again.
  for (const name of ['ca', 'secrets', 'host.json', 'retention.json'])
    await replace(join(from, name), join(home.root, name));
  for (const clone of await folderNames(join(from, 'sources'))) {
    const place = join(home.root, 'sources', clone);
    await replace(join(from, 'sources', clone), place);
    // Git wants them, and an archive has no empty folders.
    for (const empty of ['refs/heads', 'refs/tags', 'objects/info', 'objects/pack']) {
      await mkdir(join(place, empty), { recursive: true });
    }
  }
  await merge(join(from, 'artifacts'), home.artifacts, true);
  // An edge that runs has its own record.
  await merge(join(from, 'environments'), join(home.root, 'environments'), false);
}

/** The former one is moved away first and removed afterwards, so that there is one or the other. */
async function replace(from: string, to: string): Promise<void> {
  if ((await stat(from).catch(ignoreMissing)) === null) return;
  await mkdir(dirname(to), { recursive: true, mode: 0o700 });
  const aside = `${to}.replaced`;
  await rm(aside, { recursive: true, force: true });
  await rename(to, aside).catch(ignoreMissing);
  await rename(from, to);
  await rm(aside, { recursive: true, force: true });
}

async function merge(from: string, to: string, force: boolean): Promise<void> {
  if ((await readdir(from).catch(ignoreMissing)) === null) return;
  await mkdir(to, { recursive: true, mode: 0o700 });
  await cp(from, to, { recursive: true, force, errorOnExist: false });
}
