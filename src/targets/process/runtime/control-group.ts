import { mkdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { isNodeError } from '../../../lib/node-error.ts';
import { type Controller, controlGroupPlaces, type ControlGroupPlaces } from './control-group-places.ts';

const periodMicros = 100_000;

/** A control group with a limit. A process joins by writing its id to `join`, and its children with it. */
export interface ControlGroup {
  readonly folder: string;
  readonly join: string;
  readonly version: 1 | 2;
}

/** Makes a control group with this limit, bytes or thousandths of a core; null where the system does not let us. */
export async function limitedGroup(
  name: string,
  controller: Controller,
  limit: number,
): Promise<ControlGroup | null> {
  if (process.platform !== 'linux') return null;
  const places = await readPlaces(controller);
  for (const parent of places?.parents ?? []) {
    const group = await tryGroup(join(parent, name), places?.version ?? 2);
    if (group !== null && (await hasLimit(group, controller, limit))) return group;
    if (group !== null) await removeGroup(group.folder);
  }
  return null;
}

/** How many processes of the group the kernel has killed because memory ran out. */
export async function outOfMemoryKills({ folder, version }: ControlGroup): Promise<number> {
  const text = await textOf(join(folder, version === 1 ? 'memory.oom_control' : 'memory.events'));
  return Number(/^oom_kill (\d+)$/m.exec(text)?.[1] ?? 0);
}

/** Whether a process is in the group: that it may write its id to `join` shows only when it does. */
export async function isMember({ join: procs }: ControlGroup, pid: number): Promise<boolean> {
  return (await textOf(procs)).split('\n').includes(String(pid));
}

/** Removes an empty group. One that is in use, or gone, is left as it is. */
export async function removeGroup(folder: string): Promise<void> {
  try {
    await rmdir(folder);
  } catch (error) {
    if (!isNodeError(error)) throw error;
  }
}

async function readPlaces(controller: Controller): Promise<ControlGroupPlaces | null> {
  const [cgroup, mountinfo] = await Promise.all([
    textOf('/proc/self/cgroup'),
    textOf('/proc/self/mountinfo'),
  ]);
  return controlGroupPlaces(controller, { cgroup, mountinfo });
}

async function tryGroup(folder: string, version: 1 | 2): Promise<ControlGroup | null> {
  try {
    await mkdir(folder);
  } catch (error) {
    if (!isNodeError(error)) throw error;
    // One of an earlier supervisor of the same deployment is used again.
    if (error.code !== 'EEXIST') return null;
  }
  return { folder, join: join(folder, 'cgroup.procs'), version };
}

async function hasLimit(group: ControlGroup, controller: Controller, limit: number): Promise<boolean> {
  try {
    for (const [file, value] of settings(group.version, controller, limit)) {
      // `r+`: a file that does not exist means that the controller is not there.
      await writeFile(join(group.folder, file), value, { flag: 'r+' });
    }
    return true;
  } catch (error) {
    if (isNodeError(error)) return false;
    throw error;
  }
}

function settings(
  version: 1 | 2,
  controller: Controller,
  limit: number,
): readonly (readonly [string, string])[] {
  const quotaMicros = Math.max(1000, Math.round((limit * periodMicros) / 1000));
  if (controller === 'memory')
    return [[version === 1 ? 'memory.limit_in_bytes' : 'memory.max', String(limit)]];
  if (version === 2) return [['cpu.max', `${quotaMicros} ${periodMicros}`]];
  return [
    ['cpu.cfs_period_us', String(periodMicros)],
    ['cpu.cfs_quota_us', String(quotaMicros)],
  ];
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isNodeError(error)) return '';
    throw error;
  }
}
