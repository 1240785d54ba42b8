import { statfs } from 'node:fs/promises';

import { DeployerError } from '../errors.ts';
import { isNodeError } from './node-error.ts';

/** The same error, or `disk_full` in its place when it says that the disk or the user's share of it is full. */
export function orDiskFull(error: unknown, doing: string): unknown {
  if (!isNodeError(error) || (error.code !== 'ENOSPC' && error.code !== 'EDQUOT')) return error;
  return diskFull(error, doing);
}

export function diskFull(cause: unknown, doing: string): DeployerError {
  return new DeployerError('disk_full', {
    message: `The disk was full while ${doing}; what was half written is removed.`,
    hint: 'Make room (df -h shows where), then try again.',
    cause,
  });
}

/** How many bytes have to be free for whoever writes there to go on. */
export const roomNeeded: Readonly<Record<'files' | 'database', number>> = {
  /** Logs grow by lines, and records are small files that are written anew. */
  files: 1024 ** 2,
  /** PostgreSQL makes a file of its write-ahead log whole before it writes into it, and ends when it cannot. */
  database: 16 * 1024 ** 2,
};

/** Whether less than that is free where a file or folder is. False where the system does not say. */
export async function isFullAt(path: string, neededBytes: number): Promise<boolean> {
  try {
    const { bavail, bsize } = await statfs(path);
    return bavail * bsize < neededBytes;
  } catch {
    return false;
  }
}
