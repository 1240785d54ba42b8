import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { homeOfThisFile } from '../harness/deployer-home.ts';
import { openGates } from '../harness/gates.ts';
import { helloFile, helloProgram, helloSpec } from '../harness/hello.ts';
import { openProject, type Project } from '../harness/project.ts';
import { ask } from '../harness/users.ts';

const home = await homeOfThisFile();
const gates = await openGates(join(home.scratch, 'gates'));
const hello = openProject(home, 'hello');

/** Every build of the same commit makes something else, as many real ones do. */
const spec = helloSpec({
  dev: { gates: ['smoke'] },
  staging: { gates: ['smoke'] },
  production: { approval: { none: 'a test' } },
});
const build = `${gates.shell('build')}; sed -i "s/const says = .*/const says = '$(od -An -N8 -tx1 /dev/urandom | tr -d ' ')';/" main.mjs`;
const smoke = { run: `echo "$DEPLOYER_RELEASE" >> ${join(home.scratch, 'tested')}` };
const files = {
  'deployer.yaml': {
    ...spec,
    components: { web: { ...spec.components.web, build } },
    tests: { smoke },
  },
  [helloFile]: helloProgram(),
};
hello.commit(files);

test('every environment runs what was built once and tested, byte for byte', async () => {
  const { code, run } = await hello.ship();
  expect(code).toBe(0);
  expect(await gates.visits('build')).toBe(1);

  const answers = await answersOf(hello);
  expect(answers.dev).toMatch(/^[0-9a-f]{16}$/);
  expect(answers).toEqual({ dev: answers.dev, staging: answers.dev, production: answers.dev });

  const { release } = await hello.view(run);
  for (const name of ['dev', 'staging', 'production']) {
    expect((await hello.environment(name)).live?.release).toBe(release);
  }
  const told = JSON.parse((await ask(await hello.environment('production'), '/env')).text) as object;
  expect(told).toMatchObject({ DEPLOYER_RELEASE: release, DEPLOYER_ENVIRONMENT: 'production' });
  expect(await readFile(join(home.scratch, 'tested'), 'utf8')).toBe(`${release}\n${release}\n`);
});

test('shipped again, the same commit is the same release: nothing is rebuilt, the same bytes run', async () => {
  const before = await answersOf(hello);
  const { code, run } = await hello.ship();
  expect(code).toBe(0);
  expect(await gates.visits('build')).toBe(1);
  expect(await answersOf(hello)).toEqual(before);
  expect((await hello.view(run)).release).toBe((await hello.view('hello-1')).release);
});

test('a release is promoted by its digest, without its commit', async () => {
  const before = await answersOf(hello);
  const release = (await hello.view('hello-1')).release ?? '';
  expect(await hello.ship('--release', release)).toMatchObject({ code: 0 });
  expect(await gates.visits('build')).toBe(1);
  expect(await answersOf(hello)).toEqual(before);
});

async function answersOf(project: Project): Promise<Readonly<Record<string, string>>> {
  const names = ['dev', 'staging', 'production'];
  const answers = names.map(
    async (name) => [name, (await ask(await project.environment(name))).text] as const,
  );
  return Object.fromEntries(await Promise.all(answers));
}
