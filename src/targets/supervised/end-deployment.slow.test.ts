import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

import { identifyProcess } from '../../lib/process-identity.ts';
import { endDeployment } from './end-deployment.ts';
import { folderAt } from './layout.ts';

/** Ends its components, says so, and is there for ever: as a process of Node that hangs at its exit. */
const program = `
  const { createServer } = require('node:http');
  const server = createServer((_, response) => response.end('{}', () => server.close()));
  server.listen(process.argv[1], () => console.log('listening'));
  setInterval(() => {}, 60_000);
`;

test('a supervisor that has ended its components and cannot end itself is killed: nothing is left', async () => {
  const folder = folderAt(await mkdtemp(join(tmpdir(), 'deployer-end-')));
  onTestFinished(() => rm(folder.root, { recursive: true }));
  const start = join(folder.starts, 'one');
  await mkdir(start, { recursive: true });
  const child = spawn(process.execPath, ['-e', program, folder.socket], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  const identity = await identifyProcess(child.pid ?? 0);
  const record = { ...identity, token: 'x'.repeat(32), socket: folder.socket, start };
  await writeFile(folder.supervisor, JSON.stringify(record));
  const ended = once(child, 'exit');

  let isCleared = false;
  const clear = () => Promise.resolve(void (isCleared = true));
  const signal = AbortSignal.timeout(60_000);
  expect(await endDeployment(folder, { signal, clear }, () => Promise.resolve())).toBe(true);
  expect(await ended).toEqual([null, 'SIGKILL']);
  expect(isCleared).toBe(true);
});
