import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

import { homeOfThisFile } from '../harness/deployer-home.ts';
import { shipToFailure } from '../harness/failed-run.ts';
import { fixtureFiles } from '../harness/fixture.ts';
import { openProject } from '../harness/project.ts';
import { startTraffic } from '../harness/traffic.ts';
import { expectUnchanged } from '../harness/unchanged.ts';
import { untilTrue } from '../harness/until.ts';
import { ask } from '../harness/users.ts';

const folder = 'integrations/translator';
const server = `${folder}/gateway/server.py`;
const files = await fixtureFiles('polyglot');

const tmp = await mkdtemp(join(tmpdir(), 'polyglot-'));
afterAll(() => rm(tmp, { recursive: true }));
const home = await homeOfThisFile({ TMPDIR: tmp });
const translator = openProject(home, 'polyglot', { folder });
translator.commit(files);

/** The gateway, changed: its text is the only thing that differs between versions. */
function gatewayWith(from: string, to: string): Record<string, string> {
  return { [server]: (files[server] ?? '').replace(from, to) };
}

async function ledger(): Promise<readonly string[]> {
  const text = await readFile(join(tmp, 'ledger.txt'), 'utf8');
  return text.trimEnd().split('\n');
}

test('an integration in Python, Node and shell ships through its environments', async () => {
  expect(await translator.ship()).toMatchObject({ code: 0, result: { state: 'succeeded' } });
  const live = await translator.environment('live');
  expect(await ask(live, '/cat')).toEqual({
    status: 200,
    text: 'Hallo Katze (version 1)',
    deployment: 'live-1',
  });
  expect(await ask(await translator.environment('trial'), '/cat')).toMatchObject({
    text: 'Katze (version 1)',
  });
  expect((await ask(live, '/unknown')).status).toBe(404);
});

test('a new version takes over under traffic, and a rollback gives it back: no request fails', async () => {
  const live = await translator.environment('live');
  const traffic = await startTraffic(live, { path: '/house' });
  await traffic.untilAnsweredBy('live-1');
  translator.commit(gatewayWith('VERSION = "1"', 'VERSION = "2"'));
  expect(await translator.ship()).toMatchObject({ code: 0 });
  await traffic.untilAnsweredBy('live-2');
  expect(await ask(live, '/dog')).toMatchObject({ text: 'Hallo Hund (version 2)' });

  expect(await translator.rollback('live')).toMatchObject({ from: 'live-2', to: 'live-1' });
  await traffic.untilAnsweredBy('live-1');
  await traffic.stop();
  expect(traffic.failures).toEqual([]);
  expect(await ask(live, '/dog')).toMatchObject({ text: 'Hallo Hund (version 1)' });
});

test('its worker works in one deployment at a time', async () => {
  const ofLive = async (): Promise<readonly string[]> =>
    (await ledger()).filter((line) => line.startsWith('live-'));
  // Two replicas each time.
  await untilTrue('the workers of live-1 to begin again', async () => (await ofLive()).length >= 10);
  const twice = (line: string): readonly string[] => [line, line];
  expect(await ofLive()).toEqual(
    ['live-1 begins', 'live-1 ends', 'live-2 begins', 'live-2 ends', 'live-1 begins'].flatMap(twice),
  );
});

test('a version that cannot start, and one that answers wrongly, end at their gate: users see nothing', async () => {
  await expectUnchanged(translator, 'live', async () => {
    translator.commit(gatewayWith('LEXICON_URL', 'DICTIONARY_URL'));
    const crashed = await shipToFailure(translator);
    expect(crashed.stage).toMatchObject({ name: 'prepare', environment: 'trial' });
    expect(crashed.log).toContain('DICTIONARY_URL');

    translator.commit(gatewayWith('{word} (version', '{word[::-1]} (version'));
    const wrong = await shipToFailure(translator);
    expect(wrong.stage).toMatchObject({ name: 'translates', environment: 'trial', verdict: 'fail' });
    expect(wrong.stage.reason).toContain('dog');
  });
});
