import { join } from 'node:path';
import { expect, test } from 'vitest';

import { deployer } from '../../../test/cli/command-line.ts';
import { stubServer } from '../../../test/cli/stub-server.ts';
import { commitAll, runGit, scratchRepository } from '../../../test/scratch-repository.ts';
import { DeployerError } from '../../errors.ts';

/** A repository whose first two commits have a release, and a server that knows those by `known` names. */
async function scene(known: readonly string[] = []) {
  const server = await stubServer({
    diff: ({ query }) => {
      const { a = '', b = '' } = query;
      const names = [...known, first, second];
      const unknown = [a, b].find((name) => !names.includes(name));
      if (unknown === undefined) return { a, b, changes: [] };
      throw new DeployerError('release_not_found', {
        message: `No release of desk matches "${unknown}".`,
        hint: 'deployer releases',
      });
    },
  });
  const cwd = join(server.home, 'repository');
  const repository = scratchRepository(cwd, {});
  const first = commitAll(repository, 'first');
  runGit(repository, 'tag', '1.0.0');
  const second = commitAll(repository, 'second');
  const diff = (...args: readonly string[]) =>
    deployer(['diff', ...args, '--integration', 'desk', '--json'], { home: server.home, cwd });
  return { ...server, repository, first, second, diff, cwd };
}

test('HEAD, a branch and a tag stand for the releases of their commits', async () => {
  const { diff, first, second } = await scene();
  for (const name of ['HEAD', 'main', second]) {
    const { code, out } = await diff('1.0.0', name);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ a: first, b: second });
  }
});

test('what the server has a release by is that release, whatever Git calls so', async () => {
  const { diff, second } = await scene(['1.0.0']);
  expect(JSON.parse((await diff('1.0.0', 'HEAD')).out)).toMatchObject({ a: '1.0.0', b: second });
});

test('a commit that no release was made of is named, with what would make one', async () => {
  const { diff, repository } = await scene();
  const third = commitAll(repository, 'third');
  const { code, out } = await diff('1.0.0', 'HEAD');
  expect(code).toBe(2);
  expect(out).toContain(`HEAD is commit ${third}, of which desk has no release.`);
  expect(out).toContain('deployer ship --commit HEAD');
});

test('what neither the server nor Git knows, or a folder without Git, has the answer of the server', async () => {
  const { diff, home } = await scene();
  expect(JSON.parse((await diff('1.0.0', 'nothing')).out)).toMatchObject({
    error: { code: 'release_not_found', message: 'No release of desk matches "nothing".' },
  });
  const outside = await deployer(['diff', 'HEAD', 'HEAD', '--integration', 'desk'], { home, cwd: '/' });
  expect(outside).toMatchObject({
    code: 2,
    err: expect.stringContaining('No release of desk matches "HEAD"'),
  });
});
