import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Home } from '../../lib/home.ts';
import { makeFolder } from '../../lib/make-folder.ts';

/** Where the embedded database keeps what; recorded in `database.json`. */
export interface DatabasePaths {
  readonly binaries: string;
  readonly data: string;
  /** Folder of the Unix socket, short enough for the system's limit of 107 bytes. */
  readonly socketFolder: string;
  readonly log: string;
}

/** PostgreSQL refuses to run as root; this user runs it then. */
export interface DatabaseUser {
  readonly uid: number;
  readonly gid: number;
}

/** `nobody`, which every Linux and macOS has an entry for; `initdb` fails for an id without one. */
const nobody: DatabaseUser = { uid: process.platform === 'darwin' ? -2 : 65_534, gid: 65_534 };

export function databaseUser(): DatabaseUser | null {
  return process.getuid?.() === 0 ? nobody : null;
}

/** As root the home (0700) is closed to the database's user, so everything of the database lives beside it. */
export function databasePaths(home: Home, version: string): DatabasePaths {
  const hash = createHash('sha256').update(home.root).digest('hex').slice(0, 16);
  const root = databaseUser() === null ? home.postgres : join('/var/lib/deployer', hash);
  const socketFolder = join(root, 'run');
  const isShort = Buffer.byteLength(join(socketFolder, '.s.PGSQL.5432.lock')) <= 107;
  return {
    binaries: join(root, `postgresql-${version}`),
    data: join(root, 'data'),
    socketFolder: isShort ? socketFolder : join(tmpdir(), `deployer-pg-${hash}`),
    log: join(root, 'postgresql.log'),
  };
}

export function makeFolders(paths: DatabasePaths): void {
  // The parents may be anybody's to pass through; what is inside is closed by PostgreSQL itself (data) or below.
  makeFolder(join(paths.data, '..'), 0o755);
  makeFolder(paths.socketFolder, 0o700);
}
