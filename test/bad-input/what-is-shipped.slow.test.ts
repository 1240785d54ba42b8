import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';

import type { Problem } from '../../src/core/definition/problem.ts';
import { homeOfThisFile } from '../harness/deployer-home.ts';
import { helloFile, helloProgram, helloSpec } from '../harness/hello.ts';
import { openProject } from '../harness/project.ts';
import { expectUnchanged } from '../harness/unchanged.ts';

const home = await homeOfThisFile();
const hello = openProject(home, 'hello');
const good = { 'deployer.yaml': helloSpec(), [helloFile]: helloProgram() };
const first = hello.commit(good);
await hello.ship();

const brokenSpec = `deployer: 1
integration: { key: hello, nmae: Hello }
components:
  web: { role: api-gatway, path: web, run: node main.mjs, port: 8080, public: true, needs: [agent] }
environments:
  production: { replicas: many }
`;

test('a broken definition: every problem with its place, by `check` and by `ship`, and nothing is changed', async () => {
  await expectUnchanged(hello, 'production', async () => {
    hello.commit({ 'deployer.yaml': brokenSpec });

    const checked = await hello.run(['check', '--json']);
    expect(checked.code).toBe(2);
    const { ok, problems } = JSON.parse(checked.out) as { ok: boolean; problems: readonly Problem[] };
    expect(ok).toBe(false);
    const places = problems.map(({ line, path }) => `${line} ${path}`);
    expect(places).toEqual(
      expect.arrayContaining([
        '2 integration.nmae',
        '4 components.web.role',
        '6 environments.production.replicas',
      ]),
    );
    expect(
      problems.every(({ file, column, hint }) => file === 'deployer.yaml' && column > 0 && hint !== ''),
    ).toBe(true);

    const refused = await hello.refused(['ship']);
    expect(refused).toMatchObject({ exit: 2, code: 'spec_invalid', hint: 'deployer check' });
    expect(refused.detail).toHaveLength(problems.filter(({ severity }) => severity === 'error').length);
    hello.commit(good);
  });
});

test('a modified file: refused, naming it and how to ship the commit anyway', async () => {
  await expectUnchanged(hello, 'production', async () => {
    await writeFile(join(hello.folder, helloFile), helloProgram({ says: 'not committed' }));
    const refused = await hello.refused(['ship']);
    expect(refused).toMatchObject({ exit: 2, code: 'tree_dirty', detail: [helloFile] });
    expect(refused.hint).toContain('deployer ship --commit HEAD');
    await writeFile(join(hello.folder, helloFile), helloProgram());
  });
});

test('a commit that does not exist: refused, naming it', async () => {
  await expectUnchanged(hello, 'production', async () => {
    const refused = await hello.refused(['ship', '--commit', '0123456789abcdef0123456789abcdef01234567']);
    expect(refused).toMatchObject({ exit: 2, code: 'commit_not_found' });
    expect(refused.message).toContain('0123456789abcdef');
  });
});

test('an environment that does not exist: refused, naming those that do', async () => {
  await expectUnchanged(hello, 'production', async () => {
    const refused = await hello.refused(['ship', '--to', 'prodution']);
    expect(refused).toMatchObject({ exit: 2, code: 'environment_not_found' });
    expect(refused.hint).toContain('production');
  });
});

test('a repository without commits: refused with how to make one', async () => {
  const empty = openProject(home, 'empty');
  await writeFile(join(empty.folder, 'deployer.yaml'), stringify(helloSpec()));
  expect(await empty.refused(['ship'])).toMatchObject({
    exit: 2,
    code: 'repository_invalid',
    hint: expect.stringContaining('git commit'),
  });
});

test('a folder without a definition: refused with how to get one', async () => {
  const bare = openProject(home, 'bare');
  bare.commit({ 'README.md': 'nothing to ship' });
  expect(await bare.refused(['ship'])).toMatchObject({ exit: 2, code: 'spec_not_found' });
});

test('a second ship of a commit reuses its release: nothing is built again', async () => {
  const { code, run, events } = await hello.ship('--commit', first);
  expect(code).toBe(0);
  const build = events.find(
    (event) => event.type === 'stage' && event.name === 'build' && event.verdict !== null,
  );
  expect(build).toMatchObject({ reason: expect.stringContaining('Nothing was built') });
  const { releases } = await hello.read<{ releases: readonly { release: string; commit: string }[] }>(
    'releases',
  );
  const ofFirst = releases.filter(({ commit }) => commit === first);
  expect(ofFirst).toHaveLength(1);
  expect((await hello.view(run)).release).toBe(ofFirst[0]?.release);
});

test('another repository with the same key: refused, what is live stays live; a rewritten history may be said to be one', async () => {
  const other = openProject(home, 'other');
  other.commit({ 'deployer.yaml': helloSpec(), [helloFile]: helloProgram({ says: 'somebody else' }) });
  await expectUnchanged(hello, 'production', async () => {
    expect(await other.refused(['ship'])).toMatchObject({
      exit: 2,
      code: 'history_unrelated',
      hint: expect.stringContaining('deployer ship --new-history'),
    });
  });
  expect(await other.ship('--new-history')).toMatchObject({ code: 0 });
  // Both histories are known from now on.
  hello.commit({ [helloFile]: helloProgram({ says: 'again' }) });
  expect(await hello.ship()).toMatchObject({ code: 0 });
});
