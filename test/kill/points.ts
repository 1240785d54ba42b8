import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

import { writeFileAtomically } from '../../src/lib/atomic-file.ts';
import { fileOfPoint, lineOf, type NamedPoint, type Stopped } from '../../src/lib/named-point.ts';
import { until } from '../harness/until.ts';
import type { Door, Owner } from './matrix.ts';

/** The named points of the processes of one home. */
export interface Points {
  /** Whoever comes to the point from now on stops there; `of`: only whom that means. */
  close(point: NamedPoint, of?: Owner): Promise<void>;
  open(point: NamedPoint): Promise<void>;
  openAll(): Promise<void>;
  /** Who stands at the point, as soon as somebody does. */
  stoppedAt(point: NamedPoint): Promise<Stopped>;
  /** Doors that nobody has come to. */
  unreached(doors: readonly Door[]): Promise<readonly string[]>;
}

/** Whom the points of production are about. */
const owners: Readonly<Record<Owner, RegExp>> = {
  anyone: /(?:)/,
  deployment: /^production-\d+$/,
  resident: /^production-store$/,
  'new resident': /^production-extra$/,
  edge: /^production$/,
};

const stoppedFile: z.ZodType<Stopped> = z.object({ pid: z.int().positive(), whose: z.string() });

export async function openPoints(folder: string): Promise<Points> {
  await mkdir(folder, { recursive: true });
  const closed = (point: NamedPoint): string => join(folder, `${fileOfPoint(point)}.closed`);
  const stopped = (point: NamedPoint): string => join(folder, `${fileOfPoint(point)}.stopped`);
  return {
    async close(point, of = 'anyone') {
      await rm(stopped(point), { force: true });
      await writeFileAtomically(closed(point), owners[of].source);
    },
    open: (point) => rm(closed(point), { force: true }),
    async openAll() {
      for (const file of await readdir(folder)) if (file.endsWith('.closed')) await rm(join(folder, file));
    },
    async stoppedAt(point) {
      const file = stopped(point);
      return await until(`a process to stop at "${point}"`, async () =>
        existsSync(file) ? stoppedFile.parse(JSON.parse(await readFile(file, 'utf8'))) : null,
      );
    },
    async unreached(doors) {
      const lines = (await readFile(join(folder, 'reached'), 'utf8')).split('\n');
      const isReached = ({ point, of }: Door): boolean =>
        lines.some((line) => lineOf(point, whoseOf(line)) === line && owners[of].test(whoseOf(line)));
      return doors.filter((door) => !isReached(door)).map(({ point, of }) => `${point} (${of})`);
    },
  };
}

function whoseOf(line: string): string {
  return line.split(' of ')[1] ?? '';
}
