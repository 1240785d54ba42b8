import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

import { pointsVariable, workStages } from '../../src/lib/named-point.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { homeOfThisFile } from '../harness/deployer-home.ts';
import { openProject } from '../harness/project.ts';
import { serverOfClock } from '../harness/server-of-clock.ts';
import { untilCalm } from './aftermath.ts';
import { chosen } from './choice.ts';
import { effectsOfShip, witnessesIn } from './integration.ts';
import { momentOf, pick } from './matrix.ts';
import { passages, undisturbed } from './passage.ts';
import { openPoints } from './points.ts';

const dayMs = 86_400_000;
const directions = { 'a day ahead': dayMs, 'a day back': -dayMs } as const;

interface Jump {
  readonly point: `${(typeof workStages)[number]}: begun`;
  readonly direction: keyof typeof directions;
}

const nameOf = ({ point, direction }: Jump): string => `${point} / ${direction}`;
const all: readonly Jump[] = workStages.flatMap((stage) =>
  (['a day ahead', 'a day back'] as const).map((direction) => ({ point: `${stage}: begun`, direction })),
);
const jumps = chosen({
  from: all,
  nameOf,
  bySeed: (seed) => pick(all, { seed, count: 2, nameOf, kindOf: ({ direction }) => direction }),
});

const env: Record<string, string> = {};
const home = await homeOfThisFile(env);
const points = await openPoints(join(home.scratch, 'points'));
env[pointsVariable] = join(home.scratch, 'points');
const clock = await serverOfClock(home);
const small = openProject(home, 'small');

let database: Database;
const { ship, pass } = passages({
  home,
  small,
  witnesses: witnessesIn(home.scratch),
  database: () => database,
});

beforeAll(async () => {
  await ship(undisturbed, 'pass');
  database = openDatabase(await home.databaseUrl());
  await untilCalm(home, database);
}, 300_000);
// Registered after the home's own, so it comes first.
afterAll(() => database.close());

afterEach(async () => {
  await points.openAll();
  await clock.setOff(0);
});

test.each(jumps)(
  'the clock is set at %s: the run gets to its end, does nothing twice, and users see nothing',
  { timeout: 300_000 },
  async (_, { point, direction }) => {
    let struck: Promise<void> = Promise.reject(new Error('the point was never closed'));
    struck.catch(() => undefined);
    const { traces, effects, failures, strangers, overlaps } = await pass('ship', async (moment) => {
      if (moment !== momentOf(point)) return;
      await points.close(point);
      struck = (async () => {
        await points.stoppedAt(point);
        await clock.setOff(directions[direction]);
        await points.open(point);
      })();
      struck.catch(() => undefined);
    });
    await struck;

    expect(traces.state).toBe('succeeded');
    expect(traces.stages.filter((line) => !/: pass\b/.test(line))).toEqual([]);
    expect(traces.holds).toEqual([]);
    expect(traces.releases).toBe(1);
    expect(effects.toSorted()).toEqual(effectsOfShip.toSorted());
    expect(failures).toEqual([]);
    expect(strangers).toEqual([]);
    expect(overlaps, 'two workers at once').toEqual([]);
  },
);
