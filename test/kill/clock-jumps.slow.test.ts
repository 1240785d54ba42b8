import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { homeOfThisFile } from '../harness/deployer-home.ts';
import { helloFile, helloProgram, helloSpec } from '../harness/hello.ts';
import { openProject, shipped } from '../harness/project.ts';
import { startTraffic } from '../harness/traffic.ts';
import { untilTrue } from '../harness/until.ts';

const dayMs = 86_400_000;
const watchSeconds = 6;
/** It is looked at so often, and its end may be seen by a command that has noticed its beginning late. */
const lookMs = 500;

const home = await homeOfThisFile();
const clock = join(home.scratch, 'clock');
const preload = join(import.meta.dirname, 'shifted-clock.mjs');
await writeFile(clock, '0');
const server = home.start(['serve'], {
  env: { NODE_OPTIONS: `--import ${preload}`, DEPLOYER_TEST_CLOCK: clock },
});
afterAll(async () => {
  server.signal('SIGTERM');
  await server.ended;
});

const hello = openProject(home, 'hello');
const spec = helloSpec({
  production: {
    approval: { none: 'a test' },
    watch: { seconds: watchSeconds, minRequests: 1, errorRate: 0.5 },
    keepPrevious: '1h',
  },
});

beforeAll(async () => {
  await untilTrue('the server to run', async () => (await home.server()) !== null);
  hello.commit({ 'deployer.yaml': spec, [helloFile]: helloProgram({ says: 'first' }) });
  await shipWatched();
});

// In this order: the engine's queue looks for new runs again only when the time of day is what it was.
test.each([
  { what: 'a day ahead', ms: dayMs },
  { what: 'a day back again', ms: 0 },
])(
  'the clock is set $what in a watch: it takes its time, and what is kept warm stays so',
  async ({ what, ms }) => {
    const traffic = await startTraffic(await hello.environment('production'), { users: 1 });
    const former = (await hello.environment('production')).live?.deployment;
    hello.commit({ [helloFile]: helloProgram({ says: what }) });
    const { run, watchedMs } = await shipWatched(() => jump(ms));

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

/** What the server reads twenty times a second. */
async function jump(ms: number): Promise<void> {
  await writeFile(clock, String(ms));
}

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
