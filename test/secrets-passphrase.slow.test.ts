import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { readDatabaseFile } from '../src/store/embedded/database-file.ts';
import { homeOfThisFile } from './harness/deployer-home.ts';
import { helloFile, helloProgram, helloSpec } from './harness/hello.ts';
import { openProject } from './harness/project.ts';
import { ask } from './harness/users.ts';

const passphrase = 'four-words-of-a-passphrase';
const value = 'value-of-the-token';
const home = await homeOfThisFile();
const unlocked = { env: { DEPLOYER_SECRETS_PASSPHRASE: passphrase } };

test('secrets open with a passphrase that only the server is given, and stay shut without it', async () => {
  const hello = openProject(home, 'hello');
  const env = { TOKEN: 'secret://local/api#token' };
  hello.commit({
    'deployer.yaml': helloSpec({ production: { approval: { none: 'a test' }, env } }),
    [helloFile]: helloProgram(),
  });
  const set = ['secret', 'set', 'api#token'];
  expect(await hello.run(set, { ...unlocked, input: value })).toMatchObject({ code: 0 });
  expect(await hello.ship()).toMatchObject({ code: 0 });
  const production = await hello.environment('production');
  const given = (await ask(production, '/env')).text;
  expect(JSON.parse(given)).toMatchObject({ TOKEN: value });
  expect(given).not.toContain(passphrase);
  expect(await environmentsShowing(passphrase)).toEqual([]);

  await hello.run(['stop']);
  const locked = await hello.refused(set, { input: 'another value' });
  expect(locked).toMatchObject({ code: 'secrets_locked', exit: 1 });
  expect(locked.hint).toContain('DEPLOYER_SECRETS_PASSPHRASE');
  // What is written down for good must not show a value that nobody can recognise.
  expect(await hello.refused(['document'])).toMatchObject({ code: 'secrets_locked', exit: 1 });
  expect(await ask(await hello.environment('production'), '/')).toMatchObject({ status: 200 });
  await hello.run(['stop']);
  expect(await hello.run(set, { ...unlocked, input: 'another value' })).toMatchObject({ code: 0 });
});

/** Of the processes that the server started and that outlive it. */
async function environmentsShowing(text: string): Promise<readonly string[]> {
  if (process.platform !== 'linux') return [];
  const environment = home.home.environment('hello', 'production');
  const files = [
    join(environment, 'edge.json'),
    join(home.home.deployment('hello', 'production', 'production-1'), 'supervisor.json'),
  ];
  const records = await Promise.all(files.map(async (file) => await readFile(file, 'utf8')));
  const pids = records.map((record) => (JSON.parse(record) as { readonly pid: number }).pid);
  const database = (await readDatabaseFile(home.home))?.process?.pid;
  const shown = [...pids, database].map(async (pid) => await readFile(`/proc/${pid}/environ`, 'utf8'));
  return (await Promise.all(shown)).filter((each) => each.includes(text));
}
