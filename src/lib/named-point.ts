import { appendFileSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { isNodeError } from './node-error.ts';

/** Stages of work; each has a point before, between and after its two effects: what it does, and what is recorded. */
export const workStages = [
  'checkout',
  'build',
  'package',
  'setup',
  'suite',
  'performance',
  'residents',
  'migrate',
  'prepare',
  'verify',
  'checklist',
  'switch',
  'rollback-rehearsal',
  'watch',
] as const;

/** Effects within a stage, between two, or of what goes on beside runs. */
const effects = [
  'artifact: blob written',
  'artifact: manifest written',
  'release: recorded',
  'question: asked',
  'decision: recorded',
  'decision: settled',
  'environment: entered',
  'environment: left',
  'resident: recorded',
  'resident: former ended',
  'resident: inputs replaced',
  'resident: supervisor started',
  'resident: started',
  'resident: settled',
  'resident: goes back',
  'resident: is back',
  'resident: back recorded',
  'candidate: recorded',
  'candidate: supervisor started',
  'candidate: up',
  'candidate: preview decided',
  'candidate: preview told',
  'traffic: decided',
  'traffic: edge told',
  'traffic: workers stopped',
  'traffic: workers started',
  'rehearsal: gone back',
  'watch: counting',
  'undo: held',
  'undo: switched back',
  'undo: recorded',
  'rollback: environment taken',
  'rollback: begun',
  'rollback: brought up',
  'rollback: gone back',
  'rollback: left',
  'run: end recorded',
  'mend: begun',
  'mend: done',
  'retirement: draining',
  'retirement: processes ended',
  'edge: table stored',
  'edge: workers told',
  'supervisor: record written',
  'supervisor: component started',
  'supervisor: ready',
  'supervisor: components ended',
] as const;

/** Where a test may stop a process of Deployer, to kill it or another one there. */
export type NamedPoint =
  | `${(typeof workStages)[number]}: ${'begun' | 'done' | 'recorded'}`
  | (typeof effects)[number];

export const namedPoints: readonly NamedPoint[] = [
  ...workStages.flatMap((stage) => [`${stage}: begun`, `${stage}: done`, `${stage}: recorded`] as const),
  ...effects,
];

/**
 * Names a folder when a test wants to stop processes. Servers hand it on to edges and supervisors; components never get
 * it. A point is closed by the file `<point>.closed`, with an expression for whom it is closed; who stops there says so
 * in
 * `<point>.stopped`, as JSON.
 */
export const pointsVariable = 'DEPLOYER_NAMED_POINTS';

const folder = process.env[pointsVariable] ?? '';
const lookEveryMs = 5;

/**
 * Before or after an effect. Nothing happens here, unless a test has closed the point: then until it is opened again.
 * `whose`: what the effect is about, where several come to the same point.
 */
export async function reach(point: NamedPoint, whose = ''): Promise<void> {
  if (folder !== '') await stopWhileClosed(point, whose);
}

/** Who stands at a point. */
export interface Stopped {
  readonly pid: number;
  readonly whose: string;
}

/** The line of the file `reached` that says that somebody came. */
export function lineOf(point: NamedPoint, whose: string): string {
  return whose === '' ? point : `${point} of ${whose}`;
}

/** The file name that stands for a point. */
export function fileOfPoint(point: string): string {
  return point.replaceAll(/[^a-z]+/g, '-');
}

async function stopWhileClosed(point: NamedPoint, whose: string): Promise<void> {
  // In one write that is short enough to stay whole beside those of other processes.
  appendFileSync(join(folder, 'reached'), `${lineOf(point, whose)}\n`);
  const file = join(folder, fileOfPoint(point));
  if (!isClosedTo(file, whose)) return;
  const stopped: Stopped = { pid: process.pid, whose };
  writeFileSync(`${file}.${process.pid}`, JSON.stringify(stopped));
  renameSync(`${file}.${process.pid}`, `${file}.stopped`);
  while (isClosedTo(file, whose)) await delay(lookEveryMs);
}

function isClosedTo(file: string, whose: string): boolean {
  try {
    return new RegExp(readFileSync(`${file}.closed`, 'utf8')).test(whose);
  } catch (error) {
    if (isNodeError(error) && error.code === 'ENOENT') return false;
    throw error;
  }
}
