import { expect, test } from 'vitest';

import { homeOfThisFile } from '../harness/deployer-home.ts';
import { shipToFailure } from '../harness/failed-run.ts';
import { fixtureFiles } from '../harness/fixture.ts';
import { openProject } from '../harness/project.ts';
import { startTraffic } from '../harness/traffic.ts';
import { expectUnchanged } from '../harness/unchanged.ts';
import { ask } from '../harness/users.ts';

const page = 'pages/public/index.html';
const files = await fixtureFiles('published-server');

const home = await homeOfThisFile();
const handbook = openProject(home, 'handbook');
handbook.commit(files);

test('a server from npm ships as it is published', async () => {
  expect(await handbook.ship()).toMatchObject({ code: 0, result: { state: 'succeeded' } });
  const answer = await ask(await handbook.environment('production'), '/');
  expect(answer).toMatchObject({
    status: 200,
    deployment: 'production-1',
    text: expect.stringContaining('Edition 1'),
  });
});

test('a new edition takes over under traffic, and a rollback gives it back: no request fails', async () => {
  const production = await handbook.environment('production');
  const traffic = await startTraffic(production, { path: '/' });
  await traffic.untilAnsweredBy('production-1');
  handbook.commit({ [page]: '<!doctype html><title>Handbook</title><p>Edition 2</p>' });
  expect(await handbook.ship()).toMatchObject({ code: 0 });
  await traffic.untilAnsweredBy('production-2');
  expect((await ask(production, '/')).text).toContain('Edition 2');

  expect(await handbook.rollback('production')).toMatchObject({ to: 'production-1' });
  await traffic.untilAnsweredBy('production-1');
  await traffic.stop();
  expect(traffic.failures).toEqual([]);
  expect((await ask(production, '/')).text).toContain('Edition 1');
});

test('its only test, and a version that npm does not have, end the run before anything is deployed', async () => {
  await expectUnchanged(handbook, 'production', async () => {
    handbook.commit({ [page]: 'no title' });
    expect((await shipToFailure(handbook)).stage).toMatchObject({ name: 'unit', verdict: 'fail' });

    const lock = files['pages/package-lock.json'] ?? '';
    handbook.commit({
      [page]: files[page] ?? '',
      'pages/package-lock.json': lock.replaceAll('"3.0.1"', '"3.0.999"'),
    });
    const unpublished = await shipToFailure(handbook);
    expect(unpublished.stage).toMatchObject({ name: 'build', reason: expect.stringContaining('npm ci') });
    expect(unpublished.log).not.toBe('');
  });
});
