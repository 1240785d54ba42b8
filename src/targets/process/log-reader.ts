import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

import type { ComponentLogLine } from '../../core/target.ts';
import type { DeploymentFolder } from './layout.ts';
import { segmentName, segmentsOf } from './log-segments.ts';

export interface LastLines {
  readonly component: string;
  readonly replica: number;
  readonly count: number;
}

/** The newest stored lines of one replica, oldest first. */
export async function lastLines(
  folder: DeploymentFolder,
  { component, replica, count }: LastLines,
): Promise<readonly ComponentLogLine[]> {
  const segments = segmentsOf(await readdir(folder.logs), { component, replica }).slice(-2);
  const texts = await Promise.all(
    segments.map((segment) => readFile(join(folder.logs, segmentName(segment)), 'utf8')),
  );
  return texts
    .join('')
    .split('\n')
    .filter((line) => line !== '')
    .slice(-count)
    .map((line) => JSON.parse(line) as ComponentLogLine);
}
