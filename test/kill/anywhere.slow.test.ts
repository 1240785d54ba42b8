import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest';

import { pointsVariable, type Stopped, workStages } from '../../src/lib/named-point.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { homeOfThisFile } from '../harness/deployer-home.ts';
import { openProject } from '../harness/project.ts';
import { type Traces, untilCalm } from './aftermath.ts';
import { chosen } from './choice.ts';
import { witnessesIn } from './integration.ts';
import { expectJudgedNo, mayBeJudgedNo } from './judged-no.ts';
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
import { writtenBy } from './resident-aftermath.ts';
import { killVictim, resident, type Whose } from './victims.ts';

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
  database = openDatabase(await home.databaseUrl());
  await untilCalm(home, database);
  undisturbed = {
    ship: await pass('ship', noKill),
    'failed UAT': await pass('failed UAT', noKill),
    'failed resident': await pass('failed resident', noKill),
    rollback: await pass('rollback', noKill),
    loss: await pass('loss', noKill),
  };
}, 600_000);
// Registered after the home's own, so it comes first.
afterAll(() => database.close());

test('a test comes to every named point', async () => {
  expect(await points.unreached(matrix)).toEqual([]);
  expect(undisturbed.ship.traces.state).toBe('succeeded');
  expect(undisturbed['failed UAT'].traces).toMatchObject({ state: 'failed', holds: ['production'] });
  expect(undisturbed['failed resident'].traces).toMatchObject({ state: 'failed', deployments: ['dev'] });
  expect(undisturbed['failed resident'].traces.stages).toContain('production residents: fail');
  expect(undisturbed.ship.failures).toEqual([]);
  for (const { overlaps } of Object.values(undisturbed)) expect(overlaps).toEqual([]);
});

test.each(kills)('killed at %s', { timeout: killDeadline }, async (_, kill) => {
  onTestFailed(async () => {
    await points.openAll();
  });
  const scenario = scenarioOf(kill.moment);
  const expected = undisturbed[scenario];
  let struck: Promise<Struck> = Promise.reject(new Error('the point was never closed'));
  struck.catch(() => undefined);
  const passed = await pass(scenario, async (moment) => {
    if (moment !== kill.moment) return;
    await points.close(kill.after ?? kill.point, kill.of);
    struck = strike(kill);
    struck.catch(() => undefined);
  });
  const { written } = await struck;

  const { traces, effects, overlaps, failures, strangers } = passed;
  const isJudgedNo = mayBeJudgedNo(kill) && traces.state === 'failed' && expected.traces.state !== 'failed';
  const compared = comparedAfter(kill);
  if (isJudgedNo) await expectJudgedNo(database, passed, expected);
  else {
    expect(compared(traces)).toEqual(compared(expected.traces));
    expectAtMostRepeated(wasRecorded(kill) ? 0 : 1, effects, expected.effects);
  }
  expect(traces.releases).toBe(expected.traces.releases);
  expect(strangers).toEqual([]);
  // Users notice the end of the edge that they are at, and of what answers them.
  const isNoticed =
    ['edge', 'edge worker', 'machine'].includes(kill.victim) || isOfLive(kill) || scenario === 'loss';
  if (!isNoticed) expect(failures).toEqual([]);
  expect(overlaps, 'two at work at once').toEqual([]);
  expect((await writtenBy(home.home.root)).slice(0, written.length)).toEqual(written);
  if (!isJudgedNo) return;
  // The next one is not in its way.
  const next = await pass(scenario, noKill);
  expect(withoutRepeats(next.traces)).toEqual(withoutRepeats(expected.traces));
});

interface Struck {
  /** What had been written by the resident of production. */
  readonly written: readonly string[];
}

async function strike(kill: Kill): Promise<Struck> {
  const { point, after, of } = kill;
  if (after !== null) {
    await points.stoppedAt(after);
    await points.close(point, of);
    await points.open(after);
  }
  const stopped = await points.stoppedAt(point);
  let written: readonly string[];
  try {
    written = await writtenBy(home.home.root);
    await killVictim(home, kill.victim, async () => await whoseOf(kill, stopped));
  } finally {
    await points.open(point);
  }
  // A server comes back with the next verb; where nobody follows a run, this is it.
  if (kill.victim === 'server' || kill.victim === 'machine') await small.environment('production');
  return { written };
}

/** Where a supervisor stands, it is that one. */
async function whoseOf(kill: Kill, { pid }: Stopped): Promise<Whose> {
  if (kill.point.startsWith('supervisor:')) return { supervisor: pid };
  if (kill.victim.startsWith('resident')) return resident;
  const newest = await database.db
    .selectFrom('app.deployment')
    .select('id')
    .where('environment', '=', 'production')
    .where('state', isOfLive(kill) ? '=' : '<>', 'live')
    // What a kill before this one had made, and what was undone, lies there still.
    .where('state', 'not in', ['retired', 'failed'])
    .orderBy('created_at', 'desc')
    .executeTakeFirstOrThrow();
  return { deployment: newest.id };
}

/** Whether it is what users are at: the candidate is, once it has been switched to. */
function isOfLive({ point, victim }: Kill): boolean {
  const isSwitched = point === 'watch: counting' || point === 'rollback-rehearsal: begun';
  return isSwitched && (victim === 'supervisor' || victim === 'component');
}

function scenarioOf(moment: Moment): Scenario {
  return moment === 'before approval' || moment === 'before UAT' || moment === 'after the run'
    ? 'ship'
    : moment;
}

function comparedAfter({ moment, point }: Kill): (traces: Traces) => Traces {
  if (moment === 'failed resident') return withOneChange;
  const isRehearsal = point === 'rollback-rehearsal: done' || point === 'rehearsal: gone back';
  return isRehearsal ? withOneRehearsal : withoutRepeats;
}

/** A resident that was put back before the stage was recorded is changed and put back once more. */
function withOneChange(traces: Traces): Traces {
  const { audit, ...others } = withoutRepeats(traces);
  const isRepeated = (line: string, at: number): boolean =>
    /^(change resident|resident put back)/.test(line) && audit.indexOf(line) !== at;
  return { ...others, audit: audit.filter((line, at) => !isRepeated(line, at)) };
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
