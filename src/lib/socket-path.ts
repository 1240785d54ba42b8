import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/** `sun_path` of unix(7) holds 108 bytes with the closing zero. */
const longestSocketPath = 107;

/**
 * The path at which to open the Unix socket that belongs at `wanted`: that path itself when the system can take it,
 * else one in a private folder of this user's, named by its hash. Whoever opens it records the path it got.
 */
export function socketPath(wanted: string): string {
  if (Buffer.byteLength(wanted) <= longestSocketPath) return wanted;
  const folder = join(tmpdir(), `deployer-${userInfo().uid}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return join(folder, `${createHash('sha256').update(wanted).digest('hex').slice(0, 24)}.sock`);
}
