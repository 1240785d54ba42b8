import { createHash } from 'node:crypto';
import { lstatSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { DeployerError } from '../errors.ts';
import { makeFolder } from './make-folder.ts';

/** `sun_path` of unix(7) holds 108 bytes with the closing zero. */
const longestSocketPath = 107;

/**
 * The path at which to open the Unix socket that belongs at `wanted`: that path itself when the system can take it,
 * else one in a private folder of this user's, named by its hash. Whoever opens it records the path it got. Throws
 * `home_invalid` when somebody else has made that folder.
 */
export function socketPath(wanted: string, temporary: string = tmpdir()): string {
  if (fits(wanted)) return wanted;
  const name = `${createHash('sha256').update(wanted).digest('hex').slice(0, 24)}.sock`;
  const user = process.getuid?.() ?? 0;
  const folders = [temporary, '/tmp'].map((parent) => join(parent, `deployer-${user}`));
  const folder = folders.find((each) => fits(join(each, name))) ?? '/tmp';
  makeFolder(folder, 0o700);
  // Anybody may make folders there: one that is not this user's alone is no place for a socket that gives power.
  const { uid, mode } = lstatSync(folder);
  if (uid === user && (mode & 0o777) === 0o700) return join(folder, name);
  throw new DeployerError('home_invalid', {
    message: `${wanted} is too long for a socket, and ${folder}, where it would go instead, is not this user's alone.`,
    hint: `Use a shorter DEPLOYER_HOME, or remove that folder: rm -r ${folder}`,
  });
}

function fits(path: string): boolean {
  return Buffer.byteLength(path) <= longestSocketPath;
}
