import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest';

import { pointsVariable, workStages } from '../../src/lib/named-point.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { connectionString, readDatabaseFile } from '../../src/store/embedded/database-file.ts';
import { homeOfThisFile } from '../harness/deployer-home.ts';
import { openProject } from '../harness/project.ts';
import { startTraffic } from '../harness/traffic.ts';
import { lastAudit, type Traces, tracesOf, untilCalm } from './aftermath.ts';
import { smallIntegration, witnessesIn } from './integration.ts';
import { rollBack, shipThrough } from './journey.ts';
import { chosenBy, type Kill, matrix, type Moment, nameOf } from './matrix.ts';
import { openPoints } from './points.ts';
import { killVictim } from './victims.ts';

/** `DEPLOYER_KILL`: parts of names with commas between, or `all`; without it a dozen is chosen by `DEPLOYER_SEED`. */
const wanted = process.env['DEPLOYER_KILL'] ?? '';
/** The same dozen for everybody, so that a change is what turns it red; the whole matrix is `npm run test:kill`. */
const usualSeed = 796_128;
const seed = Number(process.env['DEPLOYER_SEED'] ?? usualSeed);
const kills =
  wanted === ''
    ? chosenBy(seed, 12)
    : matrix.filter(
        (kill) => wanted === 'all' || wanted.split(',').some((part) => nameOf(kill).includes(part)),
      );
if (wanted === '')
  process.stdout.write(`DEPLOYER_SEED=${seed} chose these kills; another one chooses others\n`);

const env: Record<string, string> = {};
const home = await homeOfThisFile(env);
const points = await openPoints(join(home.scratch, 'points'));
env[pointsVariable] = join(home.scratch, 'points');
const witnesses = witnessesIn(home.scratch);
const small = openProject(home, 'small');

/** A whole run, on a busy machine. */
const killDeadline = 300_000;
const noKill = (): Promise<void> => Promise.resolve();
let version = 0;
let database: Database;
let undisturbed: Readonly<Record<Scenario, Passage>>;

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

interface Passage {
  readonly traces: Traces;
  readonly effects: readonly string[];
  /** Workers that began while another one worked. */
  readonly overlaps: readonly string[];
  readonly failures: readonly string[];
  /** Who answered users, and was not live at any time. */
  readonly strangers: readonly string[];
}

/** What a moment belongs to. */
type Scenario = 'ship' | 'failed UAT' | 'rollback' | 'loss';

test('a test comes to every named point', async () => {
  expect(await points.unreached()).toEqual([]);
  expect(undisturbed.ship.traces.state).toBe('succeeded');
  expect(undisturbed['failed UAT'].traces).toMatchObject({ state: 'failed', holds: ['production'] });
  expect(undisturbed.ship.failures).toEqual([]);
  for (const { overlaps } of Object.values(undisturbed)) expect(overlaps).toEqual([]);
});

test.each(kills.map((kill) => [nameOf(kill), kill] as const))(
  'killed at %s',
  { timeout: killDeadline },
  async (_, kill) => {
    onTestFailed(async () => {
      await points.openAll();
    });
    const scenario = scenarioOf(kill.moment);
    const expected = undisturbed[scenario];
    let struck: Promise<void> = Promise.reject(new Error('the point was never closed'));
    struck.catch(noKill);
    const { traces, effects, overlaps, failures, strangers } = await pass(scenario, async (moment) => {
      if (moment !== kill.moment) return;
      await points.close(kill.point);
      struck = strike(kill);
      struck.catch(noKill);
    });
    await struck;

    const mayFail = isJudged(kill) && traces.state === 'failed';
    const compared = kill.point === 'rollback-rehearsal: done' ? withOneRehearsal : withoutRepeats;
    if (!mayFail) expect(compared(traces)).toEqual(compared(expected.traces));
    expect(traces.releases).toBe(expected.traces.releases);
    expect(strangers).toEqual([]);
    // Users notice the end of the edge that they are at, and of what answers them.
    const isNoticed = ['edge', 'edge worker', 'machine'].includes(kill.victim) || scenario === 'loss';
    if (!isNoticed) expect(failures).toEqual([]);
    if (!mayFail) expectAtMostRepeated(wasRecorded(kill) ? 0 : 1, effects, expected.effects);
    expect(overlaps, 'two workers at once').toEqual([]);
  },
);

async function strike(kill: Kill): Promise<void> {
  await points.stoppedAt(kill.point);
  try {
    const newest = await database.db
      .selectFrom('app.deployment')
      .select('id')
      .where('environment', '=', 'production')
      .orderBy('created_at', 'desc')
      .executeTakeFirstOrThrow();
    await killVictim(home, kill.victim, newest.id);
  } finally {
    await points.open(kill.point);
  }
  // A server comes back with the next verb; where nobody follows a run, this is it.
  if (kill.victim === 'server' || kill.victim === 'machine') await small.environment('production');
}

/** One scenario under traffic, from calm to calm. */
async function pass(scenario: Scenario, at: (moment: Moment) => Promise<void>): Promise<Passage> {
  // Whatever came before, there is a server.
  const production = await small.environment('production');
  const sinceAudit = await lastAudit(database);
  for (const witness of Object.values(witnesses)) await rm(witness, { force: true });
  const traffic = await startTraffic(production, { users: 2 });
  const failures: string[] = [];
  let run: string;
  try {
    run = await through(scenario, at);
  } finally {
    await traffic.stop();
    failures.push(...traffic.failures);
  }
  await untilCalm(home, database);
  const everLive = await database.db.selectFrom('app.switch').select('to').execute();
  const live = new Set(everLive.map(({ to }) => to));
  return {
    traces: await tracesOf(database, run, sinceAudit),
    effects: await linesOf(witnesses.effects),
    overlaps: await linesOf(witnesses.workers),
    failures,
    strangers: traffic.answerers.filter((deployment) => !live.has(deployment)),
  };
}

async function linesOf(path: string): Promise<readonly string[]> {
  return existsSync(path) ? (await readFile(path, 'utf8')).trimEnd().split('\n') : [];
}

async function through(scenario: Scenario, at: (moment: Moment) => Promise<void>): Promise<string> {
  if (scenario === 'ship') return await ship(at, 'pass');
  if (scenario === 'failed UAT') return await ship(at, 'fail');
  // There is something to go back to, whatever came before.
  const run = await ship(noKill, 'pass');
  const { live } = await small.environment('production');
  if (live === null) throw new Error('nothing is live');
  await at(scenario);
  if (scenario === 'rollback') await rollBack(small);
  else await killVictim(home, 'supervisor', live.deployment);
  return run;
}

async function ship(at: (moment: Moment) => Promise<void>, uat: 'pass' | 'fail'): Promise<string> {
  version += 1;
  small.commit(smallIntegration(`version ${version}`, witnesses));
  const { run } = await shipThrough(small, { at, uat });
  return run;
}

function scenarioOf(moment: Moment): Scenario {
  return moment === 'failed UAT' || moment === 'rollback' || moment === 'loss' ? moment : 'ship';
}

/** Whoever judges a deployment may say no to one that was killed. */
function isJudged({ victim }: Kill): boolean {
  return victim === 'supervisor' || victim === 'component' || victim === 'machine';
}

/** A person whose command broke off may decide twice: it counts once. What is undecided is tried again. */
function withoutRepeats(traces: Traces): Traces {
  const unique = (lines: readonly string[]): readonly string[] =>
    lines.filter(
      (line, at) => !line.startsWith('retry') && (!/^(approve|uat)/.test(line) || lines.indexOf(line) === at),
    );
  return { ...traces, audit: unique(traces.audit), decisions: unique(traces.decisions) };
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

function expectAtMostRepeated(most: 0 | 1, effects: readonly string[], expected: readonly string[]): void {
  const repeated = effects.length - expected.length;
  expect([...new Set(effects)].toSorted()).toEqual([...new Set(expected)].toSorted());
  expect(repeated, effects.join(', ')).toBeOneOf(most === 0 ? [0] : [0, 1]);
}
