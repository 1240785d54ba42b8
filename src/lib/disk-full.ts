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

/** With less room than this, in bytes, no database and no log goes on. */
const roomNeededBytes = 1024 * 1024;

/** Whether there is no room to speak of where a file or folder is. False where the system does not say. */
export async function isFullAt(path: string): Promise<boolean> {
  try {
    const { bavail, bsize } = await statfs(path);
    return bavail * bsize < roomNeededBytes;
  } catch {
    return false;
  }
}
