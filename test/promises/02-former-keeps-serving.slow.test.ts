import { expect, test } from 'vitest';

import { homeOfThisFile } from '../harness/deployer-home.ts';
import { helloFile, helloProgram, helloSpec } from '../harness/hello.ts';
import { openProject } from '../harness/project.ts';
import { startTraffic } from '../harness/traffic.ts';
import { ask } from '../harness/users.ts';

const home = await homeOfThisFile();

test('a switch and a rollback under traffic fail no request', async () => {
  const hello = openProject(home, 'switches');
  hello.commit({ 'deployer.yaml': helloSpec(), [helloFile]: helloProgram({ says: 'one' }) });
  expect(await hello.ship()).toMatchObject({ code: 0, result: { state: 'succeeded' } });
  const production = await hello.environment('production');
  expect(await ask(production)).toEqual({ status: 200, text: 'one', deployment: 'production-1' });

  const traffic = await startTraffic(production);
  await traffic.untilAnsweredBy('production-1');
  hello.commit({ [helloFile]: helloProgram({ says: 'two' }) });
  expect(await hello.ship()).toMatchObject({ code: 0 });
  await traffic.untilAnsweredBy('production-2');
  expect(await hello.rollback('production')).toMatchObject({ from: 'production-2', to: 'production-1' });
  await traffic.untilAnsweredBy('production-1');
  await traffic.stop();

  expect(traffic.failures).toEqual([]);
  expect(await ask(production)).toMatchObject({ text: 'one' });
});
