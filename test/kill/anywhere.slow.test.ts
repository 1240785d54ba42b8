import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest';

import { pointsVariable, workStages } from '../../src/lib/named-point.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { connectionString, readDatabaseFile } from '../../src/store/embedded/database-file.ts';
import { homeOfThisFile } from '../harness/deployer-home.ts';
import { openProject } from '../harness/project.ts';
import { type Traces, untilCalm } from './aftermath.ts';
import { chosen } from './choice.ts';
import { witnessesIn } from './integration.ts';
import { chosenBy, type Kill, matrix, type Moment, nameOf } from './matrix.ts';
import {
  expectAtMostRepeated,
  type Passage,
  passages,
  type Scenario,
  undisturbed as noKill,
  withoutRepeats,
} from './passage.ts';
import { openPoints } from './points.ts';
import { killVictim } from './victims.ts';

const kills = chosen({ from: matrix, nameOf, bySeed: (seed) => chosenBy(seed, 12) });

const env: Record<string, string> = {};
const home = await homeOfThisFile(env);
const points = await openPoints(join(home.scratch, 'points'));
env[pointsVariable] = join(home.scratch, 'points');
const witnesses = witnessesIn(home.scratch);
const small = openProject(home, 'small');

/** A whole run, on a busy machine. */
const killDeadline = 300_000;
let database: Database;
let undisturbed: Readonly<Record<Scenario, Passage>>;
const { ship, pass } = passages({ home, small, witnesses, database: () => database });

beforeAll(async () => {
  // The very first: nothing to go back to, which is another way through.
  await ship(noKill, 'pass');
  const file = await readDatabaseFile(home.home);
  if (file === null) throw new Error('no database');
  database = openDatabase(connectionString(file));
  await untilCalm(home, database);
  undisturbed = {
    ship: await pass('ship', noKill),
    'failed UAT': await pass('failed UAT', noKill),
    rollback: await pass('rollback', noKill),
    loss: await pass('loss', noKill),
  };
}, 600_000);
// Registered after the home's own, so it comes first.
afterAll(() => database.close());

test('a test comes to every named point', async () => {
  expect(await points.unreached()).toEqual([]);
  expect(undisturbed.ship.traces.state).toBe('succeeded');
  expect(undisturbed['failed UAT'].traces).toMatchObject({ state: 'failed', holds: ['production'] });
  expect(undisturbed.ship.failures).toEqual([]);
  for (const { overlaps } of Object.values(undisturbed)) expect(overlaps).toEqual([]);
});

test.each(kills)('killed at %s', { timeout: killDeadline }, async (_, kill) => {
  onTestFailed(async () => {
    await points.openAll();
  });
  const scenario = scenarioOf(kill.moment);
  const expected = undisturbed[scenario];
  let struck: Promise<void> = Promise.reject(new Error('the point was never closed'));
  struck.catch(() => undefined);
  const { traces, effects, overlaps, failures, strangers } = await pass(scenario, async (moment) => {
    if (moment !== kill.moment) return;
    await points.close(kill.point);
    struck = strike(kill);
    struck.catch(() => undefined);
  });
  await struck;

  const mayFail = isJudged(kill) && traces.state === 'failed';
  const isRehearsal = kill.point === 'rollback-rehearsal: done' || kill.point === 'rehearsal: gone back';
  const compared = isRehearsal ? withOneRehearsal : withoutRepeats;
  if (!mayFail) expect(compared(traces)).toEqual(compared(expected.traces));
  expect(traces.releases).toBe(expected.traces.releases);
  expect(strangers).toEqual([]);
  // Users notice the end of the edge that they are at, and of what answers them.
  const isNoticed = ['edge', 'edge worker', 'machine'].includes(kill.victim) || scenario === 'loss';
  if (!isNoticed) expect(failures).toEqual([]);
  if (!mayFail) expectAtMostRepeated(wasRecorded(kill) ? 0 : 1, effects, expected.effects);
  expect(overlaps, 'two workers at once').toEqual([]);
});

async function strike(kill: Kill): Promise<void> {
  await points.stoppedAt(kill.point);
  try {
    // Not the one that users are at: they would notice.
    const newest = await database.db
      .selectFrom('app.deployment')
      .select('id')
      .where('environment', '=', 'production')
      .where('state', '<>', 'live')
      .orderBy('created_at', 'desc')
      .executeTakeFirstOrThrow();
    await killVictim(home, kill.victim, newest.id);
  } finally {
    await points.open(kill.point);
  }
  // A server comes back with the next verb; where nobody follows a run, this is it.
  if (kill.victim === 'server' || kill.victim === 'machine') await small.environment('production');
}

function scenarioOf(moment: Moment): Scenario {
  return moment === 'failed UAT' || moment === 'rollback' || moment === 'loss' ? moment : 'ship';
}

/** Whoever judges a deployment may say no to one that was killed. */
function isJudged({ victim }: Kill): boolean {
  return victim === 'supervisor' || victim === 'component' || victim === 'machine';
}

/** A rehearsal that was killed before it was recorded goes back and forward once more. */
function withOneRehearsal(traces: Traces): Traces {
  const { audit, switches, ...others } = withoutRepeats(traces);
  return {
    ...others,
    audit: audit.filter((line, at) => !line.startsWith('switch') || audit.indexOf(line) === at),
    switches: switches.filter((line, at) => !line.endsWith('rehearsal') || switches.indexOf(line) === at),
  };
}

/** What is recorded is not done again. */
function wasRecorded({ point }: Kill): boolean {
  return workStages.some((stage) => point === `${stage}: recorded`);
}
