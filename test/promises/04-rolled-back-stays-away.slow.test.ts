import { expect, test } from 'vitest';

import { homeOfThisFile } from '../harness/deployer-home.ts';
import { shipToFailure } from '../harness/failed-run.ts';
import { helloFile, helloProgram, helloSpec } from '../harness/hello.ts';
import { openProject } from '../harness/project.ts';
import { startTraffic } from '../harness/traffic.ts';
import { ask } from '../harness/users.ts';

const home = await homeOfThisFile();
const hello = openProject(home, 'hello');
const watch = { seconds: 3, minRequests: 10, errorRate: 0.05 };
const spec = helloSpec({ production: { approval: { none: 'a test' } } });
const watched = {
  ...helloSpec({ production: { approval: { none: 'a test' }, watch } }),
  integration: { key: 'watched' },
};

hello.commit({ 'deployer.yaml': spec, [helloFile]: helloProgram({ says: 'one' }) });
await hello.ship();
const bad = hello.commit({ [helloFile]: helloProgram({ says: 'two' }) });
await hello.ship();
await hello.rollback('production');

test('a release that was rolled back is refused at once, with the command that lifts the hold', async () => {
  const refused = await hello.refused(['ship', '--commit', bad]);
  expect(refused).toMatchObject({ exit: 1, code: 'release_held' });
  expect(refused.hint).toContain('deployer unhold');
  const { runs } = await hello.read<{ runs: readonly unknown[] }>('runs');
  expect(runs).toHaveLength(2);
});

test('a commit of equal content is the same bad release under another name: it ends at the latest when it is packed', async () => {
  hello.commit({ 'README.md': 'only words' });
  const { stage, log } = await shipToFailure(hello);
  expect(stage.environment).toBeNull();
  expect(`${stage.reason}\n${log}`).toContain('deployer unhold');
  expect(await ask(await hello.environment('production'))).toMatchObject({ text: 'one' });
});

test('nothing automatic brings it back: not a restart of the server, not a bare rollback', async () => {
  await home.killServer();
  const production = await hello.environment('production');
  expect(production.live?.deployment).toBe('production-1');
  expect(production.previous).toBeNull();
  expect(await hello.refused(['rollback', 'production'])).toMatchObject({
    exit: 1,
    code: 'rollback_not_ready',
  });
  const named = await hello.refused(['rollback', 'production', '--to', 'production-2']);
  expect(named).toMatchObject({ exit: 1, code: 'rollback_not_ready' });
  expect(named.message).toContain('hold');
});

test('a later commit of other content is not held', async () => {
  hello.commit({ [helloFile]: helloProgram({ says: 'three' }) });
  expect(await hello.ship()).toMatchObject({ code: 0 });
  expect(await ask(await hello.environment('production'))).toMatchObject({ text: 'three' });
});

test('what a watch leaves is on hold as well', async () => {
  const project = openProject(home, 'watched');
  project.commit({ 'deployer.yaml': watched, [helloFile]: helloProgram({ says: 'good' }) });
  expect(await project.ship()).toMatchObject({ code: 0 });
  const traffic = await startTraffic(await project.environment('production'));
  project.commit({ [helloFile]: helloProgram({ flaw: 'fails users' }) });
  expect((await shipToFailure(project)).stage).toMatchObject({ name: 'watch' });
  await traffic.stop();
  expect(await project.refused(['ship'])).toMatchObject({ exit: 1, code: 'release_held' });
});

test('a person brings it back: after `unhold` it ships', async () => {
  const { releases } = await hello.read<{ releases: readonly { release: string; commit: string }[] }>(
    'releases',
  );
  const release = releases.find(({ commit }) => commit === bad)?.release ?? '';
  const unhold = ['unhold', release, '--environment', 'production', '--reason', 'it was the network'];
  expect(await hello.run(unhold)).toMatchObject({ code: 0 });
  expect(await hello.ship('--commit', bad)).toMatchObject({ code: 0 });
  expect(await ask(await hello.environment('production'))).toMatchObject({ text: 'two' });
});
