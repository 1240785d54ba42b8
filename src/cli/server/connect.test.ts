import { chmod, mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { deployer } from '../../../test/cli/command-line.ts';
import { stubServer } from '../../../test/cli/stub-server.ts';

test('a server that is newer than the command is refused with both versions, and nothing is asked of it', async () => {
  const server = await stubServer({}, { builtAt: '2999-01-01T00:00:00.000Z' });
  const { code, err } = await deployer(['rollback', 'production', '--integration', 'desk'], {
    home: server.home,
  });
  expect(code).toBe(1);
  expect(err.replaceAll(/\s+/g, ' ')).toMatch(
    /0\.1\.0 \(built 2999-01-01T00:00:00\.000Z\), newer than this command's 0\.1\.0 \(built 2/,
  );
  expect(server.requests.map(({ call }) => call)).toEqual(['server']);
});

test('a server record that is not one is an error that names the file', async () => {
  const server = await stubServer({});
  await writeFile(join(server.home, 'server.json'), '{"pid":"x"}');
  const { code, err } = await deployer(['status', '--integration', 'desk'], { home: server.home });
  expect(code).toBe(1);
  expect(err).toContain(join(server.home, 'server.json'));
});

test('a home that is a file is refused', async () => {
  const server = await stubServer({});
  const home = join(server.home, 'file');
  await writeFile(home, '');
  const { code, err } = await deployer(['status', '--integration', 'desk'], { home });
  expect(code).toBe(1);
  expect(err).toContain(`${home} cannot be Deployer's home: it is not a folder.`);
});

test('a folder of the user becomes private when it becomes the home', async () => {
  const server = await stubServer({});
  const home = join(server.home, 'wide');
  await mkdir(home);
  await chmod(home, 0o755);
  const { code } = await deployer(['serve'], { home, serverVerbs: { serve: () => Promise.resolve(true) } });
  expect(code).toBe(0);
  expect((await stat(home)).mode & 0o777).toBe(0o700);
});
