import { chown, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';

import { isNodeError } from '../../lib/node-error.ts';
import { type DatabaseFile, startError } from './database-file.ts';
import { databaseUser } from './paths.ts';

const initTimeoutMs = 60_000;

/** Makes the data folder in one step, so that an interrupted `initdb` is done again from nothing. */
export async function initialise({ paths, user, password }: DatabaseFile): Promise<void> {
  if (await hasData(paths.data)) return;
  const owner = databaseUser();
  const beside = `${paths.data}.new`;
  const passwordFile = `${paths.data}.password`;
  await rm(beside, { recursive: true, force: true });
  await writeFile(passwordFile, password, { mode: 0o600 });
  try {
    if (owner !== null) {
      for (const path of [join(paths.data, '..'), paths.socketFolder, passwordFile]) {
        await chown(path, owner.uid, owner.gid);
      }
    }
    await execa(
      join(paths.binaries, 'bin', 'initdb'),
      [
        `--pgdata=${beside}`,
        `--username=${user}`,
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--no-locale',
        '--data-checksums',
        '--no-sync',
      ],
      { ...owner, cwd: '/', timeout: initTimeoutMs, env: { LC_ALL: 'C' } },
    );
    await rename(beside, paths.data);
  } catch (error) {
    throw startError(paths, 'initdb failed', error);
  } finally {
    await rm(passwordFile, { force: true });
  }
}

export async function hasData(folder: string): Promise<boolean> {
  try {
    await readFile(join(folder, 'PG_VERSION'));
    return true;
  } catch (error) {
    if (isNodeError(error) && error.code === 'ENOENT') return false;
    throw error;
  }
}
