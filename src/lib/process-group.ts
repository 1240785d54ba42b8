import { readdir, readFile } from 'node:fs/promises';

import { isNodeError } from './node-error.ts';

/**
 * Whether a process of this group still runs. Zombies that nobody collects (a container without an init) do not count.
 */
export async function groupRuns(group: number): Promise<boolean> {
  try {
    process.kill(-group, 0);
  } catch (error) {
    if (isNodeError(error) && error.code === 'ESRCH') return false;
    if (!isNodeError(error) || error.code !== 'EPERM') throw error;
  }
  return process.platform !== 'linux' || hasRunningMember(group);
}

async function hasRunningMember(group: number): Promise<boolean> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const members = await Promise.all(ids.map((id) => isRunningMember(id, group)));
  return members.includes(true);
}

/** State and group are fields 3 and 5 of /proc/<pid>/stat, proc(5); the name before them may hold anything. */
async function isRunningMember(id: string, group: number): Promise<boolean> {
  try {
    const stat = await readFile(`/proc/${id}/stat`, 'utf8');
    const [state, , ofGroup] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return ofGroup === String(group) && state !== 'Z' && state !== 'X';
  } catch (error) {
    if (isNodeError(error) && (error.code === 'ENOENT' || error.code === 'ESRCH')) return false;
    throw error;
  }
}
