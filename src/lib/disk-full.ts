import { DeployerError } from '../errors.ts';
import { isNodeError } from './node-error.ts';

/** The same error, or `disk_full` in its place when it says that the disk or the user's share of it is full. */
export function orDiskFull(error: unknown, doing: string): unknown {
  if (!isNodeError(error) || (error.code !== 'ENOSPC' && error.code !== 'EDQUOT')) return error;
  return new DeployerError('disk_full', {
    message: `The disk was full while ${doing}; what was half written is removed.`,
    hint: 'Make room (df -h shows where), then try again.',
    cause: error,
  });
}
