import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { fileOfPoint, type NamedPoint, namedPoints } from '../../src/lib/named-point.ts';
import { until } from '../harness/until.ts';

/** The named points of the processes of one home. */
export interface Points {
  /** Whoever comes to the point from now on stops there. */
  close(point: NamedPoint): Promise<void>;
  open(point: NamedPoint): Promise<void>;
  openAll(): Promise<void>;
  /** The id of the process that stands at the point, as soon as one does. */
  stoppedAt(point: NamedPoint): Promise<number>;
  /** Points that nobody has come to. */
  unreached(): Promise<readonly NamedPoint[]>;
}

export async function openPoints(folder: string): Promise<Points> {
  await mkdir(folder, { recursive: true });
  const closed = (point: NamedPoint): string => join(folder, `${fileOfPoint(point)}.closed`);
  const stopped = (point: NamedPoint): string => join(folder, `${fileOfPoint(point)}.stopped`);
  return {
    async close(point) {
      await rm(stopped(point), { force: true });
      await writeFile(closed(point), '');
    },
    open: (point) => rm(closed(point), { force: true }),
    async openAll() {
      for (const file of await readdir(folder)) if (file.endsWith('.closed')) await rm(join(folder, file));
    },
    async stoppedAt(point) {
      const file = stopped(point);
      return await until(`a process to stop at "${point}"`, async () => {
        const pid = existsSync(file) ? Number(await readFile(file, 'utf8')) : 0;
        return pid > 0 ? pid : null;
      });
    },
    async unreached() {
      const lines = new Set((await readFile(join(folder, 'reached'), 'utf8')).split('\n'));
      return namedPoints.filter((point) => !lines.has(point));
    },
  };
}
