import { join } from 'node:path';
import { expect, test } from 'vitest';

import { homeOfThisFile } from '../harness/deployer-home.ts';
import { shipToFailure } from '../harness/failed-run.ts';
import { openGates } from '../harness/gates.ts';
import { type Flaw, helloFile, helloProgram, helloSpec } from '../harness/hello.ts';
import { openProject } from '../harness/project.ts';
import { startTraffic } from '../harness/traffic.ts';
import { expectUnchanged } from '../harness/unchanged.ts';
import { ask, openUser } from '../harness/users.ts';
import { openWebSocket } from '../harness/web-socket.ts';

const home = await homeOfThisFile();
const gates = await openGates(join(home.scratch, 'gates'));
const hello = openProject(home, 'hello');
const spec = {
  ...helloSpec({
    production: {
      approval: { none: 'a test' },
      gates: ['smoke'],
      watch: { seconds: 5, minRequests: 10, errorRate: 0.05, p95Ms: 300 },
    },
  }),
  tests: { smoke: { run: 'true', writes: false } },
};
const withShortWatch = helloSpec({
  production: { approval: { none: 'a test' }, watch: { seconds: 1, minRequests: 1 } },
});

hello.commit({ 'deployer.yaml': withShortWatch, [helloFile]: helloProgram({ says: 'one', gates }) });
expect(await hello.ship()).toMatchObject({ code: 0 });

/** Whose watch has limits: they are in force from its first release on. */
const watched = openProject(home, 'watched');
const strict = { ...spec, integration: { key: 'watched' } };
watched.commit({ 'deployer.yaml': strict, [helloFile]: helloProgram({ says: 'good', gates }) });
expect(await watched.ship()).toMatchObject({ code: 0 });

test('a switch and a rollback under traffic fail no request', async () => {
  const production = await hello.environment('production');
  const traffic = await startTraffic(production);
  await traffic.untilAnsweredBy('production-1');
  hello.commit({ [helloFile]: helloProgram({ says: 'two', gates }) });
  expect(await hello.ship()).toMatchObject({ code: 0 });
  await traffic.untilAnsweredBy('production-2');
  expect(await hello.rollback('production')).toMatchObject({ from: 'production-2', to: 'production-1' });
  await traffic.untilAnsweredBy('production-1');
  await traffic.stop();

  expect(traffic.failures).toEqual([]);
  expect(await ask(production)).toMatchObject({ text: 'one' });
});

test('a request, a stream and a socket end on the deployment where they began', async () => {
  const production = await hello.environment('production');
  const user = await openUser(production);
  await gates.close('stream');
  await gates.close('request');
  const stream = user.get('/stream');
  const request = user.get('/gate/request');
  const socket = await openWebSocket(production);
  await gates.reached('stream');
  await gates.reached('request');
  expect(await socket.say('before')).toBe('one: before');

  hello.commit({ [helloFile]: helloProgram({ says: 'three', gates }) });
  expect(await hello.ship()).toMatchObject({ code: 0 });
  expect(await ask(production)).toMatchObject({ text: 'three' });

  expect(await socket.say('after')).toBe('one: after');
  await gates.open('stream');
  await gates.open('request');
  expect(await stream).toMatchObject({ status: 200, text: 'data: one begins\n\ndata: one ends\n\n' });
  expect(await request).toMatchObject({ status: 200, text: 'one' });
  await socket.close();
  await user.close();
});

test.each<Flaw>(['crashes', 'never ready'])(
  'a version with the flaw "%s" never gets a request',
  async (flaw) => {
    await expectUnchanged(hello, 'production', async () => {
      const traffic = await startTraffic(await hello.environment('production'));
      const components = { web: { ...spec.components.web, health: { seconds: 2 } } };
      hello.commit({ 'deployer.yaml': { ...spec, components }, [helloFile]: helloProgram({ flaw, gates }) });
      expect((await shipToFailure(hello)).stage).toMatchObject({ name: 'prepare' });
      await traffic.stop();
      expect(traffic.failures).toEqual([]);
    });
  },
);

test('a version that fails a check at its preview never gets a request', async () => {
  await expectUnchanged(hello, 'production', async () => {
    const traffic = await startTraffic(await hello.environment('production'));
    const tests = { smoke: { run: 'echo "the answer is wrong"; false', writes: false } };
    hello.commit({
      'deployer.yaml': { ...spec, tests },
      [helloFile]: helloProgram({ says: 'wrong', gates }),
    });
    const { stage, log } = await shipToFailure(hello);
    expect(stage).toMatchObject({ name: 'smoke', environment: 'production' });
    expect(log).toContain('the answer is wrong');
    await traffic.stop();
    expect(traffic.failures).toEqual([]);
  });
});

test.each<Flaw>(['fails users', 'slow'])('a version with the flaw "%s" is left by itself', async (flaw) => {
  const before = await watched.environment('production');
  const traffic = await startTraffic(before);
  watched.commit({ [helloFile]: helloProgram({ flaw, says: flaw, gates }) });
  const { stage } = await shipToFailure(watched);
  expect(stage).toMatchObject({ name: 'watch', verdict: 'fail' });

  const failedByThen = traffic.failures.length;
  await traffic.untilAnsweredBy(before.live?.deployment ?? '');
  await traffic.stop();
  // What failed was answered by the bad version; none failed because of the switch there and back.
  expect(traffic.failures.slice(failedByThen)).toEqual([]);
  expect(traffic.failures.filter((failure) => !failure.includes('500 by production-'))).toEqual([]);
  const after = await watched.environment('production');
  expect(after).toMatchObject({ candidate: null, live: { deployment: before.live?.deployment } });
  expect(await ask(after)).toMatchObject({ text: 'good' });
});
