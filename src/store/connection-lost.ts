import { isNodeError } from '../lib/node-error.ts';

/** What `pg` says itself, without a code, of a connection that broke, or that it could not open in time. */
const said =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/;

/**
 * Whether the database could not be reached, or went away in the middle: nothing is known about the work then, and it
 * is done again. Class 08 and 57P0x of PostgreSQL's error codes, and what the socket itself reports.
 */
export function isConnectionLost(error: unknown): boolean {
  if (error instanceof Error && said.test(error.message)) return true;
  if (!isNodeError(error)) return false;
  return /^(08...|57P0.|ECONNRESET|ECONNREFUSED|EPIPE|ENOENT)$/.test(error.code) && !('path' in error);
}

/** Whether the database had no room to write (53100, `disk_full`): nothing of the transaction was done. */
export function isDatabaseFull(error: unknown): boolean {
  return isNodeError(error) && error.code === '53100';
}

/** Whether the database can take nothing at the moment, and will again without anybody changing what is written. */
export function isDatabaseAway(error: unknown): boolean {
  return isConnectionLost(error) || isDatabaseFull(error);
}
