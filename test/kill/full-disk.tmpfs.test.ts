import { join } from 'node:path';
import { Client, DatabaseError } from 'pg';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

import { errorEnvelope, type ErrorEnvelope } from '../../src/api/error-envelope.ts';
import type { StatusView } from '../../src/api/views/status.ts';
import { pointsVariable, workStages } from '../../src/lib/named-point.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { homeOfThisFile } from '../harness/deployer-home.ts';
import { openProject } from '../harness/project.ts';
import { onSmallDisk } from '../harness/small-disk.ts';
import { untilTrue } from '../harness/until.ts';
import { untilCalm } from './aftermath.ts';
import { chosen } from './choice.ts';
import { witnessesIn } from './integration.ts';
import { momentOf, pick } from './matrix.ts';
import { passages, undisturbed } from './passage.ts';
import { openPoints } from './points.ts';

/** Before what a stage does, and between that and its record. */
const all = workStages.flatMap((stage) => [`${stage}: begun`, `${stage}: done`] as const);
const nameOf = (point: string): string => `${point} / disk`;
const full = chosen({
  from: all,
  nameOf,
  bySeed: (seed) => pick(all, { seed, count: 2, nameOf, kindOf: (point) => point.split(': ')[1] ?? point }),
});

const env: Record<string, string> = {};
const home = await homeOfThisFile(env);
const disk = await onSmallDisk(home);
const points = await openPoints(join(home.scratch, 'points'));
env[pointsVariable] = join(home.scratch, 'points');
const small = openProject(home, 'small');

let database: Database;
/** Resolves when the disk was full and there is room again. */
let fullForAWhile: Promise<void> = Promise.resolve();
/** Why runs did not go on by themselves. */
const reasons: string[] = [];
const { ship, pass } = passages({
  home,
  small,
  witnesses: witnessesIn(home.scratch),
  database: () => database,
  async stuck({ reason, waiting }) {
    reasons.push(waiting?.reason ?? reason ?? 'no reason');
    await fullForAWhile;
  },
});

beforeAll(async () => {
  await ship(undisturbed, 'pass');
  database = openDatabase(await home.databaseUrl());
  await untilCalm(home, database);
}, 300_000);
// Registered after the home's own, so it comes first.
afterAll(() => database.close());

afterEach(async () => {
  await disk.makeRoom();
  await points.openAll();
});

test.each(full)(
  'a full disk at %s: it is said, users see nothing, and with room again the run gets to its end',
  { timeout: 300_000 },
  async (_, point) => {
    reasons.length = 0;
    const { traces, failures, strangers, overlaps } = await pass('ship', async (moment) => {
      if (moment !== momentOf(point)) return;
      await points.close(point);
      fullForAWhile = (async () => {
        await points.stoppedAt(point);
        await disk.fill();
        await points.open(point);
        await untilSaid();
        await disk.makeRoom();
      })();
      fullForAWhile.catch(() => disk.makeRoom());
    });
    await fullForAWhile;

    expect(reasons.filter((reason) => !/\bfull\b/.test(reason))).toEqual([]);
    expect(traces.state).toBe('succeeded');
    expect(traces.stages.filter((line) => !/: pass\b/.test(line))).toEqual([]);
    expect(traces.holds).toEqual([]);
    expect(traces.releases).toBe(1);
    expect(failures).toEqual([]);
    expect(strangers).toEqual([]);
    expect(overlaps, 'two workers at once').toEqual([]);
  },
);

test('a database that ends because it cannot write is back by itself when there is room', async () => {
  const before = await small.environment('production');
  const client = await connected();
  await disk.fill();
  await untilDatabaseEnds(client);
  await untilSaid();
  await disk.makeRoom();
  await untilTrue('the database to be back', async () => (await small.run(['status'])).code === 0);
  expect((await small.environment('production')).live).toEqual(before.live);
  expect((await pass('ship', undisturbed)).traces.state).toBe('succeeded');
});

/** Whoever asks is told that the disk is full, and what to type. */
async function untilSaid(): Promise<void> {
  await untilTrue('somebody to say that the disk is full', async () => {
    const { code, out } = await small.run(['status', '--json']);
    const answer: unknown = JSON.parse(out.trimEnd());
    const said = code === 0 ? (answer as StatusView).trouble : textsOf(errorEnvelope.parse(answer));
    return said.some((line) => /disk .*is full/.test(line)) && said.some((line) => line.includes('df -h'));
  });
}

function textsOf({ error: { message, hint, detail = [] } }: ErrorEnvelope): readonly string[] {
  return [message, hint, ...detail];
}

const megabytesOfLog = `select pg_logical_emit_message(true, 'test', repeat('x', 1000000)) from generate_series(1, 64)`;

/** Makes it write until it needs another file of its log, which ends it (PANIC). */
async function untilDatabaseEnds(client: Client): Promise<void> {
  const write = async (): Promise<boolean> =>
    await client.query(megabytesOfLog).then(
      () => false,
      (error: unknown) => error instanceof DatabaseError && error.severity === 'PANIC',
    );
  await untilTrue('the database to end', write);
}

async function connected(): Promise<Client> {
  const client = new Client({ connectionString: await home.databaseUrl() });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}
