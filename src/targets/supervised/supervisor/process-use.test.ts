import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';

import { processRows, type ProcessRow, sharedFor, usesIn, usesOf } from './process-use.ts';

const kept = { cpuSeconds: 1, memoryBytes: 10 };

function row(pid: number, parent: number, group: number): ProcessRow {
  return { pid, parent, group, ...kept };
}

test('a group uses what its processes use, and what descends from them, also in groups of their own', () => {
  const rows = [
    row(1, 0, 1),
    row(10, 1, 10),
    row(11, 10, 10),
    row(12, 11, 12),
    row(13, 12, 13),
    row(20, 1, 20),
  ];
  expect(usesIn(rows, [10, 20])).toEqual(
    new Map([
      [10, { cpuSeconds: 4, memoryBytes: 40 }],
      [20, { cpuSeconds: 1, memoryBytes: 10 }],
    ]),
  );
});

test('of a group within another one each counts its own', () => {
  const uses = usesIn([row(10, 1, 10), row(11, 10, 11), row(12, 11, 12)], [10, 11]);
  expect(uses.get(10)).toEqual(kept);
  expect(uses.get(11)).toEqual({ cpuSeconds: 2, memoryBytes: 20 });
});

test('a group that has ended uses nothing, and a table that was read while it changed does no harm', () => {
  expect(usesIn([row(2, 3, 2), row(3, 2, 3)], [10])).toEqual(
    new Map([[10, { cpuSeconds: 0, memoryBytes: 0 }]]),
  );
});

test('what a program of this machine uses is seen while it runs, its children included', async () => {
  const busy = 'while (process.cpuUsage().user < 400000); console.log("done"); process.stdin.resume();';
  // The child is in a group of its own, as what a program starts may be.
  const parent = `
    const { spawn } = require('node:child_process');
    spawn(process.execPath, ['-e', ${JSON.stringify(busy)}], { detached: true, stdio: ['pipe', 'inherit', 'inherit'] });
  `;
  const program = spawn(process.execPath, ['-e', parent], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    await once(program.stdout, 'data');
    const use = (await usesOf([program.pid ?? 0]))?.get(program.pid ?? 0);
    expect(use?.cpuSeconds).toBeGreaterThan(0.3);
    expect(use?.cpuSeconds).toBeLessThan(30);
    expect(use?.memoryBytes).toBeGreaterThan(30e6);
    expect(use?.memoryBytes).toBeLessThan(2e9);
  } finally {
    // The child ends with its standard input.
    program.kill('SIGKILL');
  }
});

test('others have their turn while the processes of this machine are looked at', async () => {
  let turns = 0;
  let isOver = false;
  const turn = (): void => {
    turns += 1;
    if (!isOver) setImmediate(turn);
  };
  setImmediate(turn);
  const rows = await processRows();
  isOver = true;
  expect(rows.some(({ pid }) => pid === process.pid)).toBe(true);
  expect(turns).toBeGreaterThan(rows.length / 100);
});

test('one reading answers all who ask within its time, and one that failed nobody', async () => {
  let nowMs = 0;
  let reads = 0;
  const read = sharedFor(
    1000,
    async () => {
      reads += 1;
      if (reads === 2) throw new Error('no such file');
      return await Promise.resolve(reads);
    },
    () => nowMs,
  );
  expect(await Promise.all([read(), read()])).toEqual([1, 1]);
  nowMs = 999;
  expect(await read()).toBe(1);
  nowMs = 1000;
  await expect(read()).rejects.toThrow('no such file');
  expect(await read()).toBe(3);
});
