import { dirname, join, relative } from 'node:path';

/** Where control groups for a controller may be made: folders to try, the nearest first. */
export interface ControlGroupPlaces {
  readonly version: 1 | 2;
  readonly parents: readonly string[];
}

export type Controller = 'memory' | 'cpu';

/**
 * Finds the places from /proc/self/cgroup and /proc/self/mountinfo, proc_pid_cgroup(5) and proc_pid_mountinfo(5). With
 * version 1 a new group goes below this process's own. With version 2 a group that holds processes cannot have groups
 * with limits below it, so the ancestors are tried too.
 */
export function controlGroupPlaces(
  controller: Controller,
  proc: { readonly cgroup: string; readonly mountinfo: string },
): ControlGroupPlaces | null {
  const own = proc.cgroup.split('\n').map((line) => line.split(':'));
  const mounts = proc.mountinfo.split('\n').flatMap((line) => mountOf(line) ?? []);

  const ownV1 = own.find(([, controllers]) => controllers?.split(',').includes(controller));
  const mountV1 = mounts.find(({ type, options }) => type === 'cgroup' && options.includes(controller));
  if (ownV1 !== undefined && mountV1 !== undefined) {
    return { version: 1, parents: [folderIn(mountV1, ownV1[2] ?? '/')] };
  }
  const ownV2 = own.find(([hierarchy, controllers]) => hierarchy === '0' && controllers === '');
  const mountV2 = mounts.find(({ type }) => type === 'cgroup2');
  if (ownV2 === undefined || mountV2 === undefined) return null;
  return { version: 2, parents: upTo(mountV2.point, folderIn(mountV2, ownV2[2] ?? '/')) };
}

interface Mount {
  readonly root: string;
  readonly point: string;
  readonly type: string;
  readonly options: readonly string[];
}

function mountOf(line: string): Mount | null {
  const [before = '', after] = line.split(' - ');
  const [, , , root, point] = before.split(' ');
  const [type, , options] = after?.split(' ') ?? [];
  if (root === undefined || point === undefined || type === undefined) return null;
  return { root, point, type, options: options?.split(',') ?? [] };
}

/** A mount may show a part of the hierarchy only (`root`), as in a container. */
function folderIn({ root, point }: Mount, path: string): string {
  const inside = relative(root, path);
  return inside.startsWith('..') ? point : join(point, inside);
}

function upTo(top: string, folder: string): readonly string[] {
  return folder === top || folder === dirname(folder) ? [folder] : [folder, ...upTo(top, dirname(folder))];
}
