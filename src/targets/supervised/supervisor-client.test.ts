import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

import { identifyProcess } from '../../lib/process-identity.ts';
import { SupervisorClient } from './supervisor-client.ts';

/** A supervisor of this process that answers everything so. */
async function supervisorThatAnswers(status: number, body: string): Promise<SupervisorClient> {
  const folder = await mkdtemp(join(tmpdir(), 'deployer-supervisor-'));
  const socket = join(folder, 'sock');
  const server = createServer((_, response) => response.writeHead(status).end(body));
  server.listen(socket);
  await once(server, 'listening');
  onTestFinished(async () => {
    server.close();
    await rm(folder, { recursive: true });
  });
  const identity = await identifyProcess(process.pid);
  if (identity === null) throw new Error('this process runs');
  return new SupervisorClient({ ...identity, socket, token: 'x'.repeat(32), start: folder });
}

const soon = AbortSignal.timeout(10_000);

test('of a supervisor of an earlier Deployer, which knows no such call, there are no figures', async () => {
  const client = await supervisorThatAnswers(404, '{"error":"there is no GET /figures"}');
  expect(await client.figures(soon)).toBeNull();
  await expect(client.metrics(soon)).rejects.toMatchObject({ code: 'supervisor_failed' });
});

test('a supervisor that fails is no earlier one', async () => {
  const client = await supervisorThatAnswers(500, '{"error":"broken"}');
  await expect(client.figures(soon)).rejects.toMatchObject({ code: 'supervisor_failed' });
});

test('figures that are none are refused at the door', async () => {
  const client = await supervisorThatAnswers(200, '{"at":"now","replicas":[{"component":"web"}]}');
  await expect(client.figures(soon)).rejects.toThrow();
});

test('one that hung up counts as ended once it is gone, however long a busy machine takes for that', async () => {
  const ending = spawn('/bin/sh', ['-c', 'read line'], { stdio: ['pipe', 'ignore', 'ignore'] });
  onTestFinished(() => void ending.kill('SIGKILL'));
  const identity = await identifyProcess(ending.pid ?? 0);
  if (identity === null) throw new Error('it does not run');
  const folder = await mkdtemp(join(tmpdir(), 'deployer-supervisor-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const record = { ...identity, socket: join(folder, 'gone'), token: 'x'.repeat(32), start: folder };
  const isEnding = new SupervisorClient(record).isEnding(soon);
  // Longer than the moment that one needs which was killed.
  setTimeout(() => ending.stdin.end(), 600);
  expect(await isEnding).toBe(true);
});
