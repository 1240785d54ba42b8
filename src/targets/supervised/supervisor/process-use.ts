import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { setImmediate as others } from 'node:timers/promises';
import { promisify } from 'node:util';

import { isNodeError } from '../../../lib/node-error.ts';

/** What a replica uses: the processes of its group, and all that descend from one of them. */
export interface ProcessUse {
  /** User and system time, that of ended children included. */
  readonly cpuSeconds: number;
  /** Resident, pages that processes share counted for each. */
  readonly memoryBytes: number;
}

/** A process of this machine. */
export interface ProcessRow {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly cpuSeconds: number;
  readonly memoryBytes: number;
}

/** By group, from a look at all processes of the last second; null: the system does not tell. */
export async function usesOf(groups: readonly number[]): Promise<ReadonlyMap<number, ProcessUse> | null> {
  if (groups.length === 0) return new Map();
  const rows = await rowsNow();
  return rows.length === 0 ? null : usesIn(rows, groups);
}

/** A program that has left its group for one of its own still belongs to whoever started it. */
export function usesIn(
  rows: readonly ProcessRow[],
  groups: readonly number[],
): ReadonlyMap<number, ProcessUse> {
  const byPid = new Map(rows.map((row) => [row.pid, row]));
  const wanted = new Set(groups);
  const owners = new Map<number, number | null>();

  function ownerOf(row: ProcessRow): number | null {
    const line: ProcessRow[] = [];
    let owner: number | null = null;
    for (let at: ProcessRow | undefined = row; at !== undefined; at = byPid.get(at.parent)) {
      const known = owners.get(at.pid);
      owner = known ?? (wanted.has(at.group) ? at.group : null);
      // Rows are read one after the other: an id that was given anew meanwhile may close a circle.
      if (owner !== null || known === null || line.includes(at)) break;
      line.push(at);
    }
    for (const { pid } of line) owners.set(pid, owner);
    return owner;
  }

  const uses = new Map(groups.map((group) => [group, { cpuSeconds: 0, memoryBytes: 0 }]));
  for (const row of rows) {
    const use = uses.get(ownerOf(row) ?? 0);
    if (use === undefined) continue;
    use.cpuSeconds += row.cpuSeconds;
    use.memoryBytes += row.memoryBytes;
  }
  return uses;
}

/** Alerts, metrics and everybody who has the table of figures open ask for the same. */
const rowsNow: () => Promise<readonly ProcessRow[]> = sharedFor(1000, processRows);

/** The same answer for all who ask within a time; one that failed is none. */
export function sharedFor<T>(
  ms: number,
  read: () => Promise<T>,
  nowMs: () => number = () => performance.now(),
): () => Promise<T> {
  let last: { readonly atMs: number; readonly answer: Promise<T> } | null = null;
  return async () => {
    if (last !== null && nowMs() - last.atMs < ms) return await last.answer;
    const own = { atMs: nowMs(), answer: read() };
    last = own;
    own.answer.catch(() => {
      if (last === own) last = null;
    });
    return await own.answer;
  };
}

/** All processes of this machine; none: the system does not tell. */
export async function processRows(): Promise<readonly ProcessRow[]> {
  return process.platform === 'linux' ? await rowsOfProc() : await rowsOfPs();
}

/** Files read without letting others have their turn: some tenths of a millisecond. */
const filesAtOnce = 16;

/**
 * The kernel answers from memory; by way of the thread pool a file would cost ten times as much. This process carries
 * traffic, which goes on between the files. All are read: what has lost its parent is found by its group only.
 */
async function rowsOfProc(): Promise<readonly ProcessRow[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const rows: ProcessRow[] = [];
  for (const [index, pid] of pids.entries()) {
    const stat = textOf(`/proc/${pid}/stat`);
    if (stat !== '') rows.push(rowOf(Number(pid), stat));
    if (index % filesAtOnce === 0) await others();
  }
  return rows;
}

/** USER_HZ, which every Linux architecture that Node runs on fixes at 100. */
const ticksPerSecond = 100;

/** proc(5), stat: behind the name in parentheses come state, ppid and pgrp; utime to cstime are fields 14 to 17. */
function rowOf(pid: number, stat: string): ProcessRow {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return {
    pid,
    parent: Number(fields[1]),
    group: Number(fields[2]),
    cpuSeconds: ticks / ticksPerSecond,
    memoryBytes: Number(fields[21]) * pageBytes(),
  };
}

let pageSize: number | null = null;

/** `stat` counts pages, `status` kilobytes: of this process both are known, and what is odd comes to a power of two. */
function pageBytes(): number {
  if (pageSize !== null) return pageSize;
  const stat = textOf('/proc/self/stat');
  const pages = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[21]);
  const kilobytes = Number(/^VmRSS:\s+(\d+) kB$/m.exec(textOf('/proc/self/status'))?.[1] ?? 0);
  const exact = kilobytes > 0 && pages > 0 ? (kilobytes * 1024) / pages : 4096;
  pageSize = 2 ** Math.round(Math.log2(exact));
  return pageSize;
}

/** Empty when the process has ended. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (isNodeError(error) && (error.code === 'ENOENT' || error.code === 'ESRCH')) return '';
    throw error;
  }
}

async function rowsOfPs(): Promise<readonly ProcessRow[]> {
  const lines = (await psLines()).split('\n').filter((line) => line.trim() !== '');
  return lines.map((line) => {
    const [pid, parent, group, kilobytes, time] = line.trim().split(/\s+/);
    return {
      pid: Number(pid),
      parent: Number(parent),
      group: Number(group),
      cpuSeconds: secondsOf(time ?? '0'),
      memoryBytes: Number(kilobytes) * 1024,
    };
  });
}

async function psLines(): Promise<string> {
  try {
    const columns = 'pid=,ppid=,pgid=,rss=,time=';
    return (await promisify(execFile)('ps', ['-A', '-o', columns], { timeout: 5000 })).stdout;
  } catch {
    // Without `ps` nothing is known, which is said.
    return '';
  }
}

/** `[[days-]hours:]minutes:seconds` of ps(1). */
function secondsOf(time: string): number {
  const [clock = '0', days = '0'] = time.split('-').toReversed();
  return clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0) + Number(days) * 86_400;
}
