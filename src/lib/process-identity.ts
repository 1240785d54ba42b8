import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';

import { isNodeError } from './node-error.ts';

/**
 * A process by what it cannot share with another: its id together with its start time. A process id alone is reused
 * by the system, so nothing is ever signalled by id without comparing the start time first.
 */
export interface ProcessIdentity {
  readonly pid: number;
  /**
   * Opaque; on Linux the start time in clock ticks since boot and that boot's id, elsewhere what `ps -o lstart=`
   * prints.
   */
  readonly startedAt: string;
}

/** The identity of a running process; null when there is none with this id (a zombie counts as gone). */
export async function identifyProcess(pid: number): Promise<ProcessIdentity | null> {
  const startedAt = process.platform === 'linux' ? startTicks(pid) : await startDate(pid);
  return startedAt === null ? null : { pid, startedAt };
}

/** Of this process. */
export async function ownIdentity(): Promise<ProcessIdentity> {
  const self = await identifyProcess(process.pid);
  if (self === null) throw new Error('this process has no identity');
  return self;
}

export async function isRunning(identity: ProcessIdentity): Promise<boolean> {
  const now = await identifyProcess(identity.pid);
  return now !== null && now.startedAt === identity.startedAt;
}

/** Sends a signal to that process and no other; false when it has ended. */
export async function signalProcess(identity: ProcessIdentity, signal: NodeJS.Signals): Promise<boolean> {
  if (!(await isRunning(identity))) return false;
  try {
    return process.kill(identity.pid, signal);
  } catch (error) {
    if (isNodeError(error) && error.code === 'ESRCH') return false;
    throw error;
  }
}

/** Field 22 of /proc/<pid>/stat, proc(5). The name in field 2 may hold spaces and parentheses: count from its end. */
function startTicks(pid: number): string | null {
  try {
    // The kernel answers from memory; by way of the thread pool it would cost ten times as much.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state] = fields;
    if (state === 'Z' || state === 'X' || fields[19] === undefined) return null;
    return `${fields[19]}@${thisBoot()}`;
  } catch (error) {
    if (isNodeError(error) && (error.code === 'ENOENT' || error.code === 'ESRCH')) return null;
    throw error;
  }
}

let bootId: string | null = null;

/** Ticks alone repeat: after a restart of the machine its services come up with much the same ids and times. */
function thisBoot(): string {
  bootId ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return bootId;
}

async function startDate(pid: number): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'lstart=', '-p', String(pid)], {
      timeout: 5000,
    });
    return stdout.trim() === '' ? null : stdout.trim();
  } catch {
    // `ps` exits 1 when no process matches, and says nothing more about it.
    return null;
  }
}
