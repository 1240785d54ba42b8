import { posix } from 'node:path';

import type { Command, Component } from '../core/definition/integration.ts';

export interface BuildJob {
  /** All that share this build: same folder, same command. */
  readonly components: readonly string[];
  readonly path: string;
  readonly command: Command;
}

/**
 * What has to be built, in lanes that may run at the same time. Builds whose folders contain one another share a lane
 * and keep the order of the file: two `npm ci` in one folder would destroy each other's work. The same command in the
 * same folder runs once.
 */
export function buildLanes(components: readonly Component[]): readonly (readonly BuildJob[])[] {
  const jobs = buildJobs(components);
  let lanes: (readonly BuildJob[])[] = [];
  for (const job of jobs) {
    const shares = (lane: readonly BuildJob[]): boolean =>
      lane.some((other) => overlaps(other.path, job.path));
    lanes = [...lanes.filter((lane) => !shares(lane)), [...lanes.filter(shares).flat(), job]];
  }
  return lanes.map((lane) => jobs.filter((job) => lane.includes(job)));
}

function buildJobs(components: readonly Component[]): readonly BuildJob[] {
  const jobs = new Map<string, BuildJob>();
  for (const { name, path, build } of components) {
    if (build === null) continue;
    const folder = posix.normalize(path).replace(/\/$/, '');
    const key = JSON.stringify([folder, build.run, build.env]);
    const same = jobs.get(key)?.components ?? [];
    jobs.set(key, { components: [...same, name], path: folder, command: build });
  }
  return [...jobs.values()];
}

function overlaps(a: string, b: string): boolean {
  return isWithin(a, b) || isWithin(b, a);
}

function isWithin(path: string, folder: string): boolean {
  const relative = posix.relative(folder, path);
  return relative !== '..' && !relative.startsWith('../');
}
