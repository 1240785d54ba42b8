import { randomBytes } from 'node:crypto';
import { z } from 'zod';

import { DeployerError } from '../../errors.ts';
import { readJsonFile, writeFileAtomically } from '../../lib/atomic-file.ts';
import type { Home } from '../../lib/home.ts';
import type { ProcessIdentity } from '../../lib/process-identity.ts';
import { type DatabasePaths, databasePaths } from './paths.ts';

const version = '18.4';

/** `database.json`: how to reach the embedded database, and which process it is. */
export interface DatabaseFile {
  readonly version: string;
  readonly paths: DatabasePaths;
  readonly user: string;
  readonly password: string;
  readonly process: ProcessIdentity | null;
}

export const DatabaseFile: z.ZodType<DatabaseFile> = z.object({
  version: z.string(),
  paths: z.object({
    binaries: z.string(),
    data: z.string(),
    socketFolder: z.string(),
    log: z.string(),
  }),
  user: z.string(),
  password: z.string(),
  process: z.object({ pid: z.int(), startedAt: z.string() }).nullable(),
});

export function readDatabaseFile(home: Home): Promise<DatabaseFile | null> {
  return readJsonFile(home.databaseFile, DatabaseFile);
}

export function saveDatabaseFile(home: Home, file: DatabaseFile): Promise<void> {
  return writeFileAtomically(home.databaseFile, `${JSON.stringify(file, null, 2)}\n`);
}

export function newDatabaseFile(home: Home): DatabaseFile {
  return {
    version,
    paths: databasePaths(home, version),
    user: 'deployer',
    password: randomBytes(24).toString('base64url'),
    process: null,
  };
}

export function connectionString({ paths, user, password }: DatabaseFile, database = 'deployer'): string {
  const query = new URLSearchParams({ host: paths.socketFolder, port: '5432' });
  return `postgresql://${user}:${password}@localhost/${database}?${query.toString()}`;
}

export function startError(paths: DatabasePaths, message: string, cause: unknown): DeployerError {
  return new DeployerError('database_failed', {
    message: `${message}${cause instanceof Error ? `: ${cause.message.split('\n')[0]}` : ''}.`,
    hint: `See ${paths.log}, or set DEPLOYER_DATABASE_URL to another PostgreSQL server.`,
    cause,
  });
}
