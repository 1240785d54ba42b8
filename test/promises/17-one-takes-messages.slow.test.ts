import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';

import type { ReleasesView } from '../../src/api/views/releases.ts';
import { signalProcess } from '../../src/lib/process-identity.ts';
import { deploymentFolder } from '../../src/targets/supervised/layout.ts';
import { SupervisorClient } from '../../src/targets/supervised/supervisor-client.ts';
import { livingSupervisor } from '../../src/targets/supervised/supervisor-record.ts';
import { homeOfThisFile } from '../harness/deployer-home.ts';
import { openGates } from '../harness/gates.ts';
import { helloFile, helloProgram } from '../harness/hello.ts';
import { type Changes, openProject, shipped } from '../harness/project.ts';
import { openQueue } from '../harness/queue-worker.ts';
import { untilTrue } from '../harness/until.ts';
import { ask } from '../harness/users.ts';

const home = await homeOfThisFile();
const gates = await openGates(join(home.scratch, 'gates'));
const queue = await openQueue(join(home.scratch, 'queue'), gates);
const hello = openProject(home, 'hello');

function version(says: string): Changes {
  return {
    'deployer.yaml': {
      deployer: 1,
      integration: { key: 'hello' },
      components: {
        web: { role: 'api-gateway', path: 'web', run: 'node main.mjs', port: 8080, public: true },
        taker: { role: 'worker', path: 'taker', run: 'exec node main.mjs', health: { seconds: 1 } },
      },
      environments: { production: { approval: { none: 'a test' } } },
    },
    [helloFile]: helloProgram({ says }),
    'taker/main.mjs': queue.program(says),
  };
}

/** What says what, by deployment. */
const saying: Record<string, string> = {};
for (const says of ['blue', 'green']) {
  hello.commit(version(says));
  expect(await hello.ship()).toMatchObject({ code: 0 });
  saying[(await hello.environment('production')).live?.deployment ?? ''] = says;
}

interface Way {
  /** The deployment that has users and messages, and the one that gets them. */
  readonly from: string;
  readonly to: string;
}

interface Moment {
  readonly when: string;
  /** At which the hand-over stops; null: the supervisor of the old one hears nothing. */
  readonly gate: ((way: Way) => string) | null;
}

const unheard: Moment = { when: 'only the edge has been told', gate: null };
const ending: Moment = { when: 'the old worker is ending', gate: ({ from }) => `stop-${saying[from]}` };
const starting: Moment = { when: 'the new worker is starting', gate: ({ to }) => `start-${saying[to]}` };

type Victim = 'server' | `${'old' | 'new'} ${'supervisor' | 'worker'}`;

const cases: readonly { readonly moment: Moment; readonly killed: readonly Victim[] }[] = [
  { moment: unheard, killed: ['server'] },
  { moment: unheard, killed: ['server', 'old supervisor'] },
  { moment: ending, killed: ['server'] },
  { moment: ending, killed: ['old worker'] },
  { moment: ending, killed: ['old supervisor'] },
  { moment: starting, killed: ['server', 'new supervisor'] },
  { moment: starting, killed: ['new worker'] },
  { moment: starting, killed: ['old supervisor'] },
];

beforeEach(() => gates.openAll());

test.each(cases.map((each) => ({ ...each, when: each.moment.when, who: each.killed.join(' and ') })))(
  'killed while $when: $who; one deployment takes messages, and none is lost',
  async ({ moment, killed }) => {
    const way = await nextWay();
    await expectTakenBy(way.from);
    await inHandOver(way, moment, async () => {
      for (const victim of killed) await kill(victim, way);
    });
    await untilServedBy(way.to);
    await expectTakenBy(way.to);
  },
);

test('a ship that is killed in the middle of the hand-over goes on with it', async () => {
  const { live } = await hello.environment('production');
  const from = live?.deployment ?? '';
  hello.commit(version('red'));
  await gates.close(`stop-${saying[from]}`);
  const shipping = hello.start(['ship', '--json']);
  await gates.reached(`stop-${saying[from]}`);
  queue.put(20);
  await home.killServer();
  await gates.open(`stop-${saying[from]}`);
  expect(await shipped(shipping)).toMatchObject({ result: { state: 'succeeded' } });
  saying[(await hello.environment('production')).live?.deployment ?? ''] = 'red';
  await expectTakenBy((await hello.environment('production')).live?.deployment ?? '');
});

/** There and back again, between two deployments that both run. */
async function nextWay(): Promise<Way> {
  const { releases } = await hello.read<ReleasesView>('releases');
  for (const { release, holds } of releases) {
    if (holds.length > 0) await hello.read('unhold', release, '--reason', 'a test');
  }
  const { live, deployments } = await hello.environment('production');
  const other = deployments.find(({ state, stable }) => state === 'warm' && !stable);
  if (live === null || other === undefined) throw new Error('there are no two deployments');
  return { from: live.deployment, to: other.deployment };
}

async function inHandOver(way: Way, moment: Moment, act: () => Promise<void>): Promise<void> {
  const old = await supervisorOf(way.from);
  const gate = moment.gate?.(way) ?? null;
  if (gate === null) await signalProcess(old, 'SIGSTOP');
  else await gates.close(gate);
  const going = hello.start(['rollback', 'production', '--to', way.to, '--json']);
  if (gate === null) await untilServedBy(way.to);
  else await gates.reached(gate);
  queue.put(20);
  await act();
  if (gate === null) await signalProcess(old, 'SIGCONT');
  else await gates.open(gate);
  // With its server killed it fails; what was decided is done all the same.
  await going.ended;
}

async function untilServedBy(deployment: string): Promise<void> {
  const environment = await hello.environment('production');
  await untilTrue(
    `users to be served by ${deployment}`,
    async () => (await ask(environment, '/who').catch(() => null))?.deployment === deployment,
  );
}

async function kill(victim: Victim, { from, to }: Way): Promise<void> {
  if (victim === 'server') return await home.killServer();
  const supervisor = await supervisorOf(victim.startsWith('old') ? from : to);
  if (victim.endsWith('supervisor')) return await signalProcess(supervisor, 'SIGKILL').then(() => undefined);
  const seen = await new SupervisorClient(supervisor).observation(AbortSignal.timeout(10_000));
  const worker = seen?.components.find(({ name }) => name === 'taker')?.replicas[0]?.pid ?? null;
  if (worker === null) throw new Error(`the ${victim} does not run`);
  process.kill(worker, 'SIGKILL');
}

async function supervisorOf(deployment: string) {
  const ref = { integration: 'hello', environment: 'production', deployment };
  const supervisor = await livingSupervisor(deploymentFolder(home.home.root, ref));
  if (supervisor === null) throw new Error(`${deployment} has no supervisor`);
  return supervisor;
}

/** What is put into the queue from now on is done by this deployment alone; nothing of before is left or done twice. */
async function expectTakenBy(deployment: string): Promise<void> {
  const says = saying[deployment];
  const hasTaken = (from: number): boolean =>
    queue
      .done()
      .slice(from)
      .some(({ by }) => by === says);
  const before = queue.done().length;
  queue.put(1);
  await untilTrue(`messages to be taken by ${says}`, () => {
    if (queue.waiting() === 0 && !hasTaken(before)) queue.put(1);
    return hasTaken(before);
  });
  const since = queue.done().length;
  queue.put(30);
  await untilTrue('the queue to be empty', () => queue.waiting() === 0);
  const done = queue.done();
  expect(new Set(done.slice(since).map(({ by }) => by))).toEqual(new Set([says]));
  const messages = done.map(({ message }) => message);
  expect(new Set(messages).size).toBe(messages.length);
  expect(messages.toSorted()).toEqual(messages.map((_, at) => String(at + 1).padStart(6, '0')));
  expect(queue.overlaps()).toEqual([]);
}
