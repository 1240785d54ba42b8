import { cp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { homeOfThisFile } from './harness/deployer-home.ts';
import { helloFile, helloProgram, helloSpec } from './harness/hello.ts';
import { processesOf } from './harness/leftovers.ts';
import { openProject } from './harness/project.ts';
import { untilTrue } from './harness/until.ts';
import { ask } from './harness/users.ts';

const home = await homeOfThisFile();
const hello = openProject(home, 'hello');
const copy = join(home.scratch, 'copy');
const file = join(home.scratch, 'backup.tgz');
hello.commit({
  'deployer.yaml': helloSpec({ production: { approval: { none: 'a test' } } }),
  [helloFile]: helloProgram({ says: 'one' }),
});
expect((await hello.ship()).code).toBe(0);

/** A command of the integration, on another home. */
function at(root: string, ...args: readonly string[]) {
  return hello.run(args, { env: { DEPLOYER_HOME: root } });
}

async function expectServing(): Promise<void> {
  expect(await ask(await hello.environment('production'))).toMatchObject({ text: 'one' });
}

test('a copy of a home is refused while the home is there, whatever is asked of it, and ends nothing of it', async () => {
  const server = await home.server();
  expect((await hello.run(['backup', file])).code).toBe(0);
  await cp(home.home.root, copy, { recursive: true, filter: (path) => !path.endsWith('.sock') });
  for (const args of [
    ['status'],
    ['serve'],
    ['stop'],
    ['stop', '--all'],
    ['restore', file, '--replace', '--yes'],
  ]) {
    const { code, err } = await at(copy, ...args);
    expect({ args, code }).toEqual({ args, code: 1 });
    expect(err.replaceAll(/\s+/g, ' ')).toContain(`${copy} is a copy of the home ${home.home.root}`);
    expect(err).toContain(`DEPLOYER_HOME=${home.home.root} deployer status`);
  }
  const { code, out } = await at(copy, 'doctor');
  expect(code).toBe(1);
  expect(out.replaceAll(/\s+/g, ' ')).toContain(`${copy} is a copy of the home ${home.home.root}`);
  expect(await home.server()).toEqual(server);
  await expectServing();

  // Without its server, too: what is deployed runs on.
  expect((await hello.run(['stop'])).code).toBe(0);
  expect(await at(copy, 'status')).toMatchObject({ code: 1 });
  expect(await at(copy, 'stop', '--all')).toMatchObject({ code: 1 });
  expect(await processesOf(copy, { graceMs: 0 })).toEqual([]);
  await expectServing();
});

test('a backup restored beside the home is a home of its own: it takes nothing of the other one', async () => {
  const beside = join(home.scratch, 'beside');
  expect((await at(beside, 'restore', file)).code).toBe(0);
  try {
    const { code, out } = await at(beside, 'status', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ integration: 'hello' });
    await expectServing();
  } finally {
    expect((await at(beside, 'stop', '--all')).code).toBe(0);
  }
  expect(await processesOf(beside, { graceMs: 15_000 })).toEqual([]);
  await expectServing();
});

test('a home that was moved while it ran is refused; moved at rest it comes back, with what was live', async () => {
  const moved = join(home.scratch, 'moved');
  await rm(copy, { recursive: true });
  expect((await hello.run(['stop'])).code).toBe(0);
  await rename(home.home.root, moved);
  const { code, err } = await at(moved, 'serve');
  expect(code).toBe(1);
  expect(err.replaceAll(/\s+/g, ' ')).toContain('was moved');
  await rename(moved, home.home.root);
  await expectServing();

  expect((await hello.run(['stop', '--all'])).code).toBe(0);
  for (const [from, to] of [
    [home.home.root, moved],
    [moved, home.home.root],
  ] as const) {
    await rename(from, to);
    await untilTrue('what was live to be back', async () => {
      const { out } = await at(to, 'status', '--json');
      const view = JSON.parse(out) as {
        readonly environments: readonly { readonly name: string; readonly trouble: readonly unknown[] }[];
      };
      return view.environments.every(({ trouble }) => trouble.length === 0);
    });
    if (to === moved) expect((await at(to, 'stop', '--all')).code).toBe(0);
  }
  await expectServing();
});
