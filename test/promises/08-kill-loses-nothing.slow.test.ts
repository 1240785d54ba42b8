import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';

import type { ReleasesView } from '../../src/api/views/releases.ts';
import { edgeFolder, readEdgeRecord } from '../../src/edge/edge-record.ts';
import { isRunning, signalProcess } from '../../src/lib/process-identity.ts';
import { homeOfThisFile } from '../harness/deployer-home.ts';
import { everyStage, type HumanGate, type Journey, shipToTheEnd } from '../harness/every-stage.ts';
import { openGates } from '../harness/gates.ts';
import { pathToGitWithGates } from '../harness/git-with-gates.ts';
import { openProject } from '../harness/project.ts';
import { startTraffic } from '../harness/traffic.ts';
import { untilTrue } from '../harness/until.ts';
import { ask } from '../harness/users.ts';

const home = await homeOfThisFile();
const gates = await openGates(join(home.scratch, 'gates'));
const hello = openProject(home, 'hello');

/** What users are answered when the run of a test begins. */
let former = 'first';
hello.commit(everyStage(gates, former));
await shipToTheEnd(hello).ended;

beforeEach(() => gates.openAll());

/** A stage, and the gate at which it is made to stop; a watch takes its time without one. */
interface Moment {
  readonly stage: string;
  readonly gate: (says: string) => string | null;
  readonly before?: () => Promise<void>;
}

const moments: readonly Moment[] = [
  { stage: 'checkout', gate: () => 'checkout', before: restartWithGatesInGit },
  { stage: 'build', gate: () => 'build' },
  { stage: 'package', gate: () => 'package', before: restartWithGatesInGit },
  { stage: 'setup', gate: () => 'setup' },
  { stage: 'unit', gate: () => 'unit' },
  { stage: 'migrate', gate: () => 'migrate' },
  { stage: 'prepare', gate: (says) => `start-${says}` },
  { stage: 'verify', gate: (says) => says },
  { stage: 'performance', gate: () => 'load' },
  { stage: 'smoke', gate: () => 'smoke' },
  { stage: 'rollback-rehearsal', gate: () => former },
  { stage: 'watch', gate: () => null },
];

test.each(moments)('killed in the middle of $stage: the run ends as it would have', async (moment) => {
  const { stage, before } = moment;
  await before?.();
  const says = `killed in ${stage}`.replaceAll(' ', '-');
  const gate = moment.gate(says);
  if (gate !== null) await gates.close(gate);

  await shipUnderTraffic(says, async (journey) => {
    await journey.untilIn(stage);
    if (gate !== null) await gates.reached(gate);
    await home.killServer();
    if (gate !== null) await gates.open(gate);
  });

  await expectNothingDoneTwice(stage);
});

test('killed in the middle of the switch: the edge is told once it can be, and no request fails', async () => {
  await gates.close('smoke');

  await shipUnderTraffic('killed-in-switch', async (journey) => {
    await journey.untilIn('smoke');
    await gates.reached('smoke');
    const edge = await readEdgeRecord(
      edgeFolder(home.home.root, { integration: 'hello', environment: 'production' }),
    );
    if (edge === null) throw new Error('no edge');
    // It goes on routing, and cannot be told anything.
    await signalProcess(edge, 'SIGSTOP');
    try {
      await gates.open('smoke');
      await journey.untilIn('switch');
      await home.killServer();
    } finally {
      await signalProcess(edge, 'SIGCONT');
    }
  });

  await expectNothingDoneTwice('switch');
});

test('a newer command restarts the server between two steps: nothing is done again', async () => {
  await gates.close('unit');
  await shipUnderTraffic('upgraded-in-unit', async (journey) => {
    await journey.untilIn('unit');
    await gates.reached('unit');
    const before = await home.server();
    if (before === null) throw new Error('no server');
    await writeFile(home.home.serverFile, JSON.stringify({ ...before, builtAt: '2001-01-01T00:00:00.000Z' }));
    const newer = hello.start(['status']);
    await untilTrue('the restart to begin', () => newer.err.includes('restarting'));
    expect(await isRunning(before)).toBe(true);
    await gates.open('unit');
    expect((await newer.ended).code).toBe(0);
    expect(await isRunning(before)).toBe(false);
  });
  await expectNothingDoneTwice('nothing');
});

const withoutDatabase = [
  { stage: 'unit', gate: 'unit' },
  { stage: 'smoke', gate: 'smoke' },
  { stage: 'watch', gate: null },
];

test.each(withoutDatabase)(
  'the database killed in the middle of $stage: the server starts it again, and the run ends as it would have',
  async ({ stage, gate }) => {
    if (gate !== null) await gates.close(gate);
    await shipUnderTraffic(`no-database-in-${stage}`, async (journey) => {
      await journey.untilIn(stage);
      if (gate !== null) await gates.reached(gate);
      await home.killDatabase();
      // Readers wait for it, too.
      expect((await hello.environment('production')).name).toBe('production');
      if (gate !== null) await gates.open(gate);
    });
    await expectNothingDoneTwice(stage);
  },
);

test.each<HumanGate>(['approval', 'uat'])(
  'killed while %s waits: it still waits, and counts',
  async (gate) => {
    const killedIn: HumanGate[] = [];
    await shipUnderTraffic(
      `killed-in-${gate}`,
      () => Promise.resolve(),
      async (kind) => {
        if (kind !== gate) return;
        await home.killServer();
        killedIn.push(kind);
      },
    );

    expect(killedIn).toEqual([gate]);
    await expectNothingDoneTwice(gate);
  },
);

test('killed in the middle of a rollback: it is finished by the next server, and what was left is on hold', async () => {
  const { live, previous } = await hello.environment('production');
  const edge = await readEdgeRecord(
    edgeFolder(home.home.root, { integration: 'hello', environment: 'production' }),
  );
  if (edge === null || live === null || previous === null) throw new Error('nothing to go back to');
  const held = async (): Promise<readonly string[]> => {
    const { releases } = await hello.read<ReleasesView>('releases');
    return releases.filter(({ holds }) => holds.length > 0).map(({ release }) => release);
  };
  expect(await held()).toEqual([]);
  // It is decided, and the edge cannot be told.
  await signalProcess(edge, 'SIGSTOP');
  const rollingBack = hello.start(['rollback', 'production', '--json']);
  try {
    await untilTrue('the rollback to be decided', async () => (await held()).length > 0);
    await home.killServer();
  } finally {
    await signalProcess(edge, 'SIGCONT');
  }
  expect((await rollingBack.ended).code).not.toBe(0);
  await untilTrue('users to be back', async () => {
    const { deployment } = await ask(await hello.environment('production'), '/who');
    return deployment === previous.deployment;
  });
  expect((await hello.environment('production')).live?.deployment).toBe(previous.deployment);
  expect(await held()).toEqual([live.release]);
});

/** Ships a new version while users ask, with something happening to the run, and expects that nobody notices. */
async function shipUnderTraffic(
  says: string,
  interrupt: (journey: Journey) => Promise<void>,
  beforeDeciding?: (kind: HumanGate) => Promise<void>,
): Promise<void> {
  const traffic = await startTraffic(await hello.environment('production'));
  hello.commit(everyStage(gates, says));
  const journey = shipToTheEnd(hello, beforeDeciding === undefined ? {} : { beforeDeciding });
  const [{ run, result }] = await Promise.all([journey.ended, interrupt(journey)]);

  const { state, waiting, reason } = result;
  expect({ state, waiting, reason }).toEqual({ state: 'succeeded', waiting: null, reason: null });
  const { stages } = await hello.view(run);
  expect(stages.filter(({ verdict }) => verdict !== 'pass')).toEqual([]);
  const production = await hello.environment('production');
  const live = production.live?.deployment ?? 'nothing';
  expect(await ask(production, '/who')).toMatchObject({ text: says, deployment: live });
  await traffic.untilAnsweredBy(live);
  await traffic.stop();
  expect(traffic.failures).toEqual([]);
  former = says;
}

/** At most the stage in flight is done again. */
async function expectNothingDoneTwice(inFlight: string): Promise<void> {
  for (const command of ['build', 'setup', 'unit', 'migrate', 'smoke']) {
    const visits = await gates.visits(command);
    const most = command === inFlight ? 2 : 1;
    expect(visits, `visits of ${command}`).toSatisfy((count: number) => count >= 1 && count <= most);
  }
}

async function restartWithGatesInGit(): Promise<void> {
  await hello.read('stop');
  const PATH = await pathToGitWithGates(join(home.scratch, 'bin'), gates);
  await hello.run(['status'], { env: { PATH } });
}
