import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, expect, onTestFailed, test } from 'vitest';

import { errorEnvelope } from '../../src/api/error-envelope.ts';
import { type NamedPoint, pointsVariable } from '../../src/lib/named-point.ts';
import { isRunning, signalProcess } from '../../src/lib/process-identity.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { readDatabaseFile } from '../../src/store/embedded/database-file.ts';
import { startPostgres } from '../../src/store/embedded/postgres.ts';
import { startTestPostgres } from '../harness/database.ts';
import { type DeployerHome, homeOfThisFile } from '../harness/deployer-home.ts';
import { openProject, type Project } from '../harness/project.ts';
import { openRelay } from '../harness/relay.ts';
import { untilTrue } from '../harness/until.ts';
import { absences, chosenAbsences, goAway, nameOfAbsence } from './absences.ts';
import { untilCalm } from './aftermath.ts';
import { chosen } from './choice.ts';
import { witnessesIn } from './integration.ts';
import { momentOf } from './matrix.ts';
import {
  expectAtMostRepeated,
  type Passage,
  type Passages,
  passages,
  type Scenario,
  undisturbed,
  withoutRepeats,
} from './passage.ts';
import { openPoints, type Points } from './points.ts';

const absenceMs = 30_000;
const deadlineMs = 300_000;
const away = chosen({ from: absences, nameOf: nameOfAbsence, bySeed: chosenAbsences });

const postgres = await startTestPostgres();
afterAll(() => postgres[Symbol.asyncDispose]());
const shared = await postgres.createDatabase();
const relay = await openRelay(shared);
afterAll(() => relay[Symbol.asyncDispose]());

/** A home, and what it does when nobody disturbs it. */
interface Bed extends Pick<Passages, 'pass'> {
  readonly home: DeployerHome;
  readonly small: Project;
  readonly points: Points;
}

const frozen = await bedOf(null);
const gone = await bedOf(shared);

/** What nobody disturbs; nothing in it depends on the home. */
const known = new Map<Scenario, Passage>();
async function expectedOf(scenario: Scenario): Promise<Passage> {
  const passage = known.get(scenario) ?? (await gone.pass(scenario, undisturbed));
  known.set(scenario, passage);
  return passage;
}

test.each(away)(
  'no database for 30 s at %s: commands say so, the run ends as undisturbed',
  { timeout: deadlineMs },
  async (_, { point, absence }) => {
    const bed = absence === 'frozen' ? frozen : gone;
    await expectUndisturbed(bed, point, async () => {
      const back = await goAway(absence, { home: bed.home.home, relay });
      try {
        await bed.points.open(point);
        const [status, doctor] = await Promise.all([
          bed.small.run(['status', '--json']),
          bed.small.run(['doctor', '--json']),
          delay(absenceMs),
        ]);
        expect(JSON.parse(doctor.out)).toMatchObject({
          checks: expect.arrayContaining([expect.objectContaining({ name: 'database', ok: false })]),
        });
        expect(status.code).toBe(1);
        expect(errorEnvelope.parse(JSON.parse(status.out)).error).toMatchObject({ code: 'database_failed' });
      } finally {
        await back();
      }
    });
  },
);

test.each([
  { what: 'a ship', point: 'switch: done', signal: 'SIGQUIT' },
  { what: 'a rollback', point: 'rollback: brought up', signal: 'SIGINT' },
] as const)(
  'an external database is restarted in the middle of $what: it ends as undisturbed',
  { timeout: deadlineMs },
  async ({ point, signal }) => {
    await expectUndisturbed(gone, point, async () => {
      const server = (await readDatabaseFile(postgres.home))?.process ?? null;
      if (server === null) throw new Error('no database runs');
      await signalProcess(server, signal);
      await untilTrue('the database to be gone', async () => !(await isRunning(server)));
      await gone.points.open(point);
      await startPostgres(postgres.home);
    });
  },
);

/** `external`: the database that it reaches by way of the relay; null: it has one of its own. */
async function bedOf(external: string | null): Promise<Bed> {
  const env: Record<string, string> = external === null ? {} : { DEPLOYER_DATABASE_URL: relay.url };
  const home = await homeOfThisFile(env);
  const points = await openPoints(join(home.scratch, 'points'));
  env[pointsVariable] = join(home.scratch, 'points');
  const witnesses = witnessesIn(home.scratch);
  const small = openProject(home, 'small');
  let database: Database | null = null;
  // Registered after the home's own, so it comes first.
  afterAll(() => database?.close());
  const opened = (): Database => {
    if (database === null) throw new Error('the first release is not shipped');
    return database;
  };
  const passing = passages({ home, small, witnesses, database: opened });
  await passing.ship(undisturbed, 'pass');
  database = openDatabase(external ?? (await home.databaseUrl()));
  await untilCalm(home, database);
  return { home, small, points, pass: passing.pass };
}

/** Does something while a process stands at a point, and expects that the scenario ends as without it. */
async function expectUndisturbed(bed: Bed, point: NamedPoint, disturb: () => Promise<void>): Promise<void> {
  onTestFailed(() => bed.points.openAll());
  const scenario = momentOf(point) === 'rollback' ? 'rollback' : 'ship';
  const expected = await expectedOf(scenario);
  const disturbed = Promise.withResolvers<void>();
  const { traces, effects, overlaps, failures, strangers } = await bed.pass(scenario, async (moment) => {
    if (moment !== momentOf(point)) return;
    await bed.points.close(point);
    void bed.points.stoppedAt(point).then(disturb).then(disturbed.resolve, disturbed.reject);
    disturbed.promise.catch(() => bed.points.openAll());
  });
  await disturbed.promise;

  expect(withoutRepeats(traces)).toEqual(withoutRepeats(expected.traces));
  expect(failures).toEqual([]);
  expect(strangers).toEqual([]);
  expect(overlaps, 'two workers at once').toEqual([]);
  // What was done is written down when there is a database again; it is not done once more.
  expectAtMostRepeated(point.endsWith(': done') ? 0 : 1, effects, expected.effects);
}
