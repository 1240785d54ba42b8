import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const module = join(import.meta.dirname, 'end-process.ts');

test('a program ends with its code and all that it wrote, though an exit of Node would never end', async () => {
  const source = `
    import { endProcess } from ${JSON.stringify(module)};
    process.on('exit', () => { for (;;); });
    process.stdout.write('x'.repeat(1_000_000));
    await endProcess(7);
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], {
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 20_000,
    killSignal: 'SIGKILL',
  });
  const [written, end] = await Promise.all([text(child.stdout), once(child, 'close')]);
  expect(written).toHaveLength(1_000_000);
  expect(end).toEqual([7, null]);
});

test('whoever reads it has left: it ends all the same', async () => {
  const source = `
    import { endProcess } from ${JSON.stringify(module)};
    process.stdout.on('error', () => {});
    process.stdin.once('end', () => { process.stdout.write('to nobody'); void endProcess(3); }).resume();
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], {
    stdio: ['pipe', 'pipe', 'inherit'],
    timeout: 20_000,
    killSignal: 'SIGKILL',
  });
  child.stdout.destroy();
  child.stdin.end();
  expect(await once(child, 'exit')).toEqual([3, null]);
});
