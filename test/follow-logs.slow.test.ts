import { expect, test } from 'vitest';

import { homeOfThisFile } from './harness/deployer-home.ts';
import { helloFile, helloSpec } from './harness/hello.ts';
import { openProject } from './harness/project.ts';
import { untilTrue } from './harness/until.ts';
import { ask } from './harness/users.ts';

const home = await homeOfThisFile();
const hello = openProject(home, 'hello');

/** Says what it is asked. */
function version(says: string): Readonly<Record<string, string | object>> {
  return {
    'deployer.yaml': helloSpec(),
    [helloFile]: `import { createServer } from 'node:http';
createServer((request, response) => {
  console.log('${says} is asked', request.url);
  response.end('${says}');
}).listen(Number(process.env.PORT), process.env.HOST);
`,
  };
}

test('who follows the logs of an environment goes on with whatever takes over there', async () => {
  hello.commit(version('one'));
  await hello.ship();
  hello.commit(version('two'));
  await hello.ship();
  const production = await hello.environment('production');
  const following = hello.start(['logs', 'production', '-f', '-n', '0', '--json']);
  const hears = (line: string): Promise<void> =>
    untilTrue(`the line "${line}"`, async () => {
      await ask(production, '/hello');
      return following.events.some((event) => JSON.stringify(event).includes(line));
    });
  await hears('two is asked /hello');
  await hello.rollback('production');
  await hears('one is asked /hello');
  following.signal('SIGINT');
  expect((await following.ended).code).toBe(130);
});
