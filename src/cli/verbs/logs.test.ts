import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

import { deployer } from '../../../test/cli/command-line.ts';
import { stubServer } from '../../../test/cli/stub-server.ts';

const main = new URL('../../main.ts', import.meta.url).pathname;

const line = {
  at: '2026-12-07T12:00:00.000Z',
  deployment: 'dev-1',
  component: 'agent',
  replica: 1,
  stream: 'stdout',
  line: 'answered in 212 ms',
} as const;

test('logs asks for what is wanted, and prints one line per line', async () => {
  const server = await stubServer({
    logs: () => ({ lines: [line, { ...line, stream: 'stderr', line: 'oh' }] }),
  });
  const args = ['logs', 'dev', 'agent', '--tail', '5', '--deployment', 'dev-1', '--integration', 'desk'];
  const { code, out } = await deployer(args, { home: server.home });
  expect(code).toBe(0);
  expect(out).toMatch(/^\d\d:00:00\.000 agent\/1 {8}answered in 212 ms\n\d\d:00:00\.000 agent\/1 {8}oh\n$/);
  expect(server.requests.at(-1)).toMatchObject({
    params: { integration: 'desk', environment: 'dev' },
    query: { component: 'agent', tail: '5', deployment: 'dev-1' },
  });
});

test('with --json a line is what the server sent', async () => {
  const server = await stubServer({ logs: () => ({ lines: [line] }) });
  const { out } = await deployer(['logs', 'dev', '-f', '--integration', 'desk', '--json'], {
    home: server.home,
  });
  expect(JSON.parse(out)).toEqual(line);
  expect(server.requests.at(-1)?.query).toMatchObject({ follow: 'true' });
});

test('a reader that leaves early ends it without a word', async () => {
  async function* endless(): AsyncGenerator<object> {
    for (;;) yield await Promise.resolve({ ...line, line: 'x'.repeat(1000) });
  }
  const server = await stubServer({ logs: () => ({ lines: endless() }) });
  const command = `'${process.execPath}' '${main}' logs dev -f --integration desk --json | head -n 1`;
  const { stdout, stderr } = await promisify(execFile)('/bin/sh', ['-c', command], {
    timeout: 20_000,
    env: { ...process.env, DEPLOYER_HOME: server.home },
  });
  expect(stdout.split('\n')).toHaveLength(2);
  expect(stderr).toBe('');
});
