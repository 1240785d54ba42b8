import { execFile } from 'node:child_process';
import { readFile, readdir } from 'node:fs/promises';
import { promisify } from 'node:util';

import { isNodeError } from '../../../lib/node-error.ts';

/** The ids of the living processes of a process group; a zombie is not one of them. */
export async function groupMembers(group: number): Promise<readonly number[]> {
  return process.platform === 'linux' ? membersFromProc(group) : membersFromPs(group);
}

/** Resident memory of processes, pages that they share counted for each. Zero where the system does not tell. */
export async function residentBytes(members: readonly number[]): Promise<number> {
  const sizes = await Promise.all(members.map(residentBytesOf));
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function membersFromProc(group: number): Promise<readonly number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const members = await Promise.all(pids.map(async (pid) => ((await isMember(pid, group)) ? [pid] : [])));
  return members.flat();
}

/** proc(5), stat: after the name in parentheses come state, ppid and pgrp. */
async function isMember(pid: number, group: number): Promise<boolean> {
  const stat = await textOf(`/proc/${pid}/stat`);
  const [state, , ofGroup] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ofGroup === String(group) && state !== 'Z' && state !== 'X';
}

async function residentBytesOf(pid: number): Promise<number> {
  if (process.platform === 'linux') {
    const kib = /^VmRSS:\s+(\d+) kB$/m.exec(await textOf(`/proc/${pid}/status`))?.[1];
    return Number(kib ?? 0) * 1024;
  }
  return Number(await ps(['-o', 'rss=', '-p', String(pid)])) * 1024;
}

async function membersFromPs(group: number): Promise<readonly number[]> {
  const lines = (await ps(['-A', '-o', 'pid=,pgid=,stat='])).split('\n');
  const rows = lines.map((line) => line.trim().split(/\s+/));
  return rows
    .filter(([, pgid, state]) => pgid === String(group) && state?.startsWith('Z') === false)
    .map(([pid]) => Number(pid));
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
