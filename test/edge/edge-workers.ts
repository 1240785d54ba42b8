import { readdir, readFile } from 'node:fs/promises';

import type { EdgeUnderTest } from './edge-harness.ts';

/** Process ids of the workers of an edge: the children of its primary process. */
export async function workersOf(edge: EdgeUnderTest): Promise<number[]> {
  const { pid } = await edge.record();
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() =>
    childrenByStat(pid),
  );
  return children.split(' ').filter(Boolean).map(Number);
}

async function childrenByStat(parent: number): Promise<string> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const parents = await Promise.all(pids.map(async (pid) => [pid, await parentOf(pid)] as const));
  return parents
    .filter(([, of]) => of === parent)
    .map(([pid]) => pid)
    .join(' ');
}

async function parentOf(pid: string): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}
