import { execFile } from 'node:child_process';
import { readFile, readdir } from 'node:fs/promises';
import { promisify } from 'node:util';

import { isNodeError } from '../../../lib/node-error.ts';

/** A process of a group, with what it has used. */
export interface GroupMember {
  readonly pid: number;
  /** User and system time, its ended children included. */
  readonly cpuSeconds: number;
}

/** USER_HZ, which every Linux architecture that Node runs on fixes at 100. */
const ticksPerSecond = 100;

/** The living processes of a process group; a zombie is not one of them. */
export async function groupMembers(group: number): Promise<readonly GroupMember[]> {
  return process.platform === 'linux' ? membersFromProc(group) : membersFromPs(group);
}

/** Resident memory of processes, pages that they share counted for each. Zero where the system does not tell. */
export async function residentBytes(members: readonly GroupMember[]): Promise<number> {
  const sizes = await Promise.all(members.map(({ pid }) => residentBytesOf(pid)));
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function membersFromProc(group: number): Promise<readonly GroupMember[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const members = await Promise.all(pids.map((pid) => memberFromProc(pid, group)));
  return members.filter((member) => member !== null);
}

/** proc(5), stat: after the name in parentheses come state, ppid, pgrp; utime to cstime are fields 14 to 17. */
async function memberFromProc(pid: number, group: number): Promise<GroupMember | null> {
  const stat = await textOf(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields[2] !== String(group) || fields[0] === 'Z' || fields[0] === 'X') return null;
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return { pid, cpuSeconds: ticks / ticksPerSecond };
}

async function residentBytesOf(pid: number): Promise<number> {
  if (process.platform === 'linux') {
    const kib = /^VmRSS:\s+(\d+) kB$/m.exec(await textOf(`/proc/${pid}/status`))?.[1];
    return Number(kib ?? 0) * 1024;
  }
  return Number(await ps(['-o', 'rss=', '-p', String(pid)])) * 1024;
}

async function membersFromPs(group: number): Promise<readonly GroupMember[]> {
  const lines = (await ps(['-A', '-o', 'pid=,pgid=,stat=,time='])).split('\n');
  const rows = lines.map((line) => line.trim().split(/\s+/));
  return rows
    .filter(([, pgid, state]) => pgid === String(group) && state?.startsWith('Z') === false)
    .map(([pid, , , time]) => ({ pid: Number(pid), cpuSeconds: secondsOf(time ?? '0') }));
}

/** `[[days-]hours:]minutes:seconds` of ps(1). */
function secondsOf(time: string): number {
  const [clock = '0', days = '0'] = time.split('-').toReversed();
  return clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0) + Number(days) * 86_400;
}

async function ps(args: readonly string[]): Promise<string> {
  try {
    return (await promisify(execFile)('ps', [...args], { timeout: 5000 })).stdout;
  } catch {
    // `ps` exits 1 when no process matches, and says nothing more about it.
    return '';
  }
}

/** Empty when the process has ended. */
async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isNodeError(error) && (error.code === 'ENOENT' || error.code === 'ESRCH')) return '';
    throw error;
  }
}
