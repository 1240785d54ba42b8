import { stat } from 'node:fs/promises';

import type { BackupView } from './api/views/housekeeping.ts';
import {
  type DatabasePlace,
  inspectBackup as readBackup,
  refuseUsed,
  restore as restoreBackup,
} from './backup/restore.ts';
import { migrateEngine } from './engine/engine.ts';
import { DeployerError } from './errors.ts';
import { claimHome } from './lib/claim-home.ts';
import { releaseClaim } from './lib/exclusive-claim.ts';
import type { Home } from './lib/home.ts';
import { databaseBeside, exchangeDatabases } from './store/embedded/exchange.ts';
import { startPostgres } from './store/embedded/postgres.ts';
import { externalPlace } from './store/external-place.ts';
import { sharedDatabase } from './store/shared-database.ts';

export interface Restoring {
  readonly home: Home;
  /** Absolute. */
  readonly file: string;
  /** What the home has may be replaced. */
  readonly isReplacing: boolean;
  readonly by: string;
  readonly signal: AbortSignal;
}

/** What a backup is, when it is whole and can be restored here; changes nothing. */
export async function inspectBackup({ home, file, signal }: Restoring): Promise<BackupView> {
  return await backupView(file, await readBackup(home, file, signal));
}

/** Restores a backup into a home that has no server, and leaves what is needed to start one. */
export async function restore({ home, file, isReplacing, by, signal }: Restoring): Promise<BackupView> {
  if (!isReplacing) await refuseUsed(home, file);
  const self = await claimHome(home, 'server');
  if (self === null) {
    throw new DeployerError('server_locked', {
      message: `A server runs on ${home.root}.`,
      hint: 'deployer stop',
    });
  }
  try {
    await using place = await databasePlace(home);
    const facts = await restoreBackup({ home, file, isReplacing, by, place, migrateEngine }, signal);
    return await backupView(file, facts);
  } finally {
    await releaseClaim(home.root, 'server', self);
  }
}

async function databasePlace(home: Home): Promise<DatabasePlace & AsyncDisposable> {
  const external = await sharedDatabase();
  if (external !== null) return externalPlace(external);
  return {
    async empty() {
      await startPostgres(home);
      return await databaseBeside(home);
    },
    exchange: () => exchangeDatabases(home),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

async function backupView(
  file: string,
  { createdAt, integrations }: Pick<BackupView, 'createdAt' | 'integrations'>,
): Promise<BackupView> {
  return { file, createdAt, integrations, bytes: (await stat(file)).size };
}
