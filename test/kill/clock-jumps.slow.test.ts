import { afterEach, beforeAll, expect, test } from 'vitest';

import type { RunsView } from '../../src/api/views/runs.ts';
import { homeOfThisFile } from '../harness/deployer-home.ts';
import { helloFile, helloProgram, helloSpec } from '../harness/hello.ts';
import { openProject, shipped } from '../harness/project.ts';
import { serverOfClock } from '../harness/server-of-clock.ts';
import { startTraffic } from '../harness/traffic.ts';
import { until, untilTrue } from '../harness/until.ts';

const dayMs = 86_400_000;
const watchSeconds = 4;
/** It is looked at so often, and its end may be seen by a command that has noticed its beginning late. */
const lookMs = 500;

const home = await homeOfThisFile();
const clock = await serverOfClock(home);

const hello = openProject(home, 'hello');
const spec = helloSpec({
  production: {
    approval: { none: 'a test' },
    watch: { seconds: watchSeconds, minRequests: 1, errorRate: 0.5 },
    keepPrevious: '1h',
  },
});

beforeAll(async () => {
  hello.commit({ 'deployer.yaml': spec, [helloFile]: helloProgram({ says: 'first' }) });
  await shipWatched();
});

afterEach(() => clock.setOff(0));

test.each([
  { what: 'a day ahead', ms: dayMs },
  { what: 'a day back', ms: -dayMs },
])(
  'the clock is set $what in a watch: it takes its time, and what is kept warm stays so',
  async ({ what, ms }) => {
    const traffic = await startTraffic(await hello.environment('production'), { users: 1 });
    const former = (await hello.environment('production')).live?.deployment;
    hello.commit({ [helloFile]: helloProgram({ says: what }) });
    const { run, watchedMs } = await shipWatched(() => clock.setOff(ms));

    const { state, stages } = await hello.view(run);
    expect({ state, verdicts: new Set(stages.map(({ verdict }) => verdict)) }).toEqual({
      state: 'succeeded',
      verdicts: new Set(['pass']),
    });
    expect(watchedMs).toBeGreaterThan(watchSeconds * 1000 - lookMs);
    // Convergence has looked when it has noticed something else.
    await traffic.stop();
    const previous = (await hello.environment('production')).previous;
    expect(previous).toMatchObject({ deployment: former, warm: true });
    expect(traffic.failures).toEqual([]);
  },
);

test('the clock is set a day back: a commit that nobody ships by hand is shipped as before', async () => {
  const tracked = openProject(home, 'tracked');
  const program = (says: string) => ({ [helloFile]: helloProgram({ says }) });
  const quick = helloSpec({ production: { approval: { none: 'a test' } } });
  tracked.commit({ 'deployer.yaml': { ...quick, integration: { key: 'tracked' } }, ...program('first') });
  expect((await tracked.run(['track'])).code).toBe(0);
  await clock.setOff(-dayMs);
  const startedMs = performance.now();
  const commit = tracked.commit(program('second'));
  const run = await until('a run of the commit', async () =>
    (await tracked.read<RunsView>('runs')).runs.find((each) => each.commit === commit),
  );
  await untilTrue('the run to begin', async () => (await tracked.view(run.run)).state !== 'queued');
  // A look at the branch, and one at the queue.
  expect(performance.now() - startedMs).toBeLessThan(15_000);
  await untilTrue('the run to succeed', async () => (await tracked.view(run.run)).state === 'succeeded');
});

/** Ships HEAD to its end; says how long it watched as time passes here. */
async function shipWatched(inWatch: () => Promise<void> = () => Promise.resolve()) {
  const shipping = hello.start(['ship', '--json']);
  const isWatch = (state: string) => (event: (typeof shipping.events)[number]) =>
    event.type === 'stage' && event.name === 'watch' && event.state === state;
  await shipping.untilEvent(isWatch('running'), 'the watch');
  const startedMs = performance.now();
  await inWatch();
  await shipping.untilEvent(isWatch('passed'), 'the end of the watch');
  const watchedMs = performance.now() - startedMs;
  return { ...(await shipped(shipping)), watchedMs };
}
