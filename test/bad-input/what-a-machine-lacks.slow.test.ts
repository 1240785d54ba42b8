import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { homeOfThisFile } from '../harness/deployer-home.ts';
import { shipToFailure } from '../harness/failed-run.ts';
import { helloFile, helloProgram, helloSpec } from '../harness/hello.ts';
import { openProject } from '../harness/project.ts';
import { expectUnchanged } from '../harness/unchanged.ts';
import { ask } from '../harness/users.ts';

const home = await homeOfThisFile();
const hello = openProject(home, 'hello');
hello.commit({ 'deployer.yaml': helloSpec(), [helloFile]: helloProgram() });
await hello.ship();

test('the port of an edge is in use: the run fails, naming the port and what to do', async () => {
  const other = openProject(home, 'other');
  const blocker = createServer();
  await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve));
  const { port } = blocker.address() as AddressInfo;
  const production = { edge: { port }, approval: { none: 'a test' } };
  other.commit({
    'deployer.yaml': { ...helloSpec({ production }), integration: { key: 'other' } },
    [helloFile]: helloProgram({ says: 'other' }),
  });

  const { stage, log, run } = await shipToFailure(other);
  expect(stage).toMatchObject({ name: 'prepare', reason: expect.stringContaining(`${port}`) });
  expect(log).toContain('edge: { port }');
  expect((await other.environment('production')).live).toBeNull();

  await new Promise((resolve) => blocker.close(resolve));
  expect(await other.run(['retry', run, '--follow'])).toMatchObject({ code: 0 });
  expect(await ask(await other.environment('production'))).toMatchObject({ status: 200, text: 'other' });
});

test('a damaged artifact: it is named, nothing runs from it, and users see nothing', async () => {
  await expectUnchanged(hello, 'production', async () => {
    hello.commit({ [helloFile]: helloProgram({ says: 'to be damaged' }) });
    const commit = hello.commit({ 'deployer.yaml': helloSpec(twoEnvironments) });
    expect(await hello.ship('--to', 'dev')).toMatchObject({ code: 0 });
    await damageNewestBundle();

    const shipped = await hello.ship('--commit', commit);
    expect(shipped).toMatchObject({ code: 1, result: { state: 'failed' } });
    const { stages } = await hello.view(shipped.run);
    const failed = stages.find(({ state }) => state === 'failed');
    expect(failed?.reason).toMatch(/sha256:[0-9a-f]{64}/);
  });
});

const twoEnvironments = { dev: {}, production: { approval: { none: 'a test' } } };

/** Turns the last byte of the youngest bundle around, which no file system would notice. */
async function damageNewestBundle(): Promise<void> {
  const folder = join(home.home.artifacts, 'blobs', 'sha256');
  const blobs = await Promise.all(
    (await readdir(folder)).map(async (name) => {
      const file = join(folder, name);
      return { file, content: await readFile(file), at: (await stat(file)).mtimeMs };
    }),
  );
  const bundles = blobs.filter(({ content }) => content[0] !== '{'.charCodeAt(0));
  const newest = bundles.toSorted((a, b) => b.at - a.at)[0];
  if (newest === undefined) throw new Error('no bundle');
  newest.content.writeUInt8(
    newest.content.readUInt8(newest.content.length - 1) ^ 0xff,
    newest.content.length - 1,
  );
  await chmod(newest.file, 0o600);
  await writeFile(newest.file, newest.content);
}

test('a second server on a home: refused, naming it, and the first goes on', async () => {
  await expectUnchanged(hello, 'production', async () => {
    const before = await home.server();
    expect(await hello.refused(['serve'])).toMatchObject({
      exit: 1,
      code: 'server_locked',
      message: expect.stringContaining(home.home.root),
    });
    expect(await home.server()).toEqual(before);
  });
});

test('a command older than the server: refused, naming both versions, and nothing is changed', async () => {
  await expectUnchanged(hello, 'production', async () => {
    const server = await home.server();
    const record = await readFile(home.home.serverFile, 'utf8');
    await writeFile(home.home.serverFile, JSON.stringify({ ...server, version: '99.1.2' }));
    const refused = await hello.refused(['ship']);
    expect(refused).toMatchObject({
      exit: 1,
      code: 'server_newer',
      message: expect.stringContaining('99.1.2'),
    });
    expect(refused.message).toContain(server?.version);
    expect(refused.hint).not.toBe('');
    await writeFile(home.home.serverFile, record);
    expect((await home.server())?.pid).toBe(server?.pid);
  });
});

test('a home that belongs to a file: refused, naming it and what to set', async () => {
  const file = join(home.scratch, 'a-file');
  await writeFile(file, '');
  expect(await hello.refused(['status'], { env: { DEPLOYER_HOME: file } })).toMatchObject({
    exit: 1,
    code: 'home_invalid',
    hint: expect.stringContaining('DEPLOYER_HOME'),
  });
});
