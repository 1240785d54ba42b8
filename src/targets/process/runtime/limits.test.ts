import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { spawnShellGroup } from '../../../lib/shell-group.ts';
import { Limits, memoryText } from './limits.ts';

const resources = { cpuMillis: 500, memoryBytes: 48 * 1024 * 1024 };
const inert = { root: '/d', component: 'gateway', index: 0, resources };

test.for([
  [256 * 1024 * 1024, '256Mi'],
  [1024 ** 3, '1Gi'],
  [1536 * 1024 * 1024, '1536Mi'],
  [1000, '1000'],
] as const)('%d bytes read %s', ([bytes, text]) => {
  expect(memoryText(bytes)).toBe(text);
});

test('where control groups cannot be made, nothing is enforced, and memory over the limit is seen', async () => {
  const limits = await Limits.apply({ ...inert, sampleEveryMs: 50, makeGroup: async () => null });
  expect(limits.enforced).toEqual({ memory: false, cpu: false });
  expect(limits.joins).toEqual([]);
  const folder = await mkdtemp(join(tmpdir(), 'limits-'));
  const hungry = `node -e 'globalThis.kept = Buffer.alloc(100e6, 1); setInterval(() => {}, 1000)'`;
  const env = { PATH: process.env['PATH'] ?? '' };
  const group = await spawnShellGroup({ command: hungry, cwd: folder, env });
  const stop = new AbortController();
  try {
    const watching = limits.watchMemory(
      group.pid,
      AbortSignal.any([stop.signal, AbortSignal.timeout(10_000)]),
    );
    expect(await watching).toBe('it went over its memory limit of 48Mi');
  } finally {
    stop.abort();
    group.release();
    await rm(folder, { recursive: true });
  }
});

test('without limits nothing is made and nothing is watched', async () => {
  const limits = await Limits.apply({ ...inert, resources: { cpuMillis: null, memoryBytes: null } });
  expect(limits.folders).toEqual([]);
  expect(await limits.findMemoryKill()).toBeNull();
});
