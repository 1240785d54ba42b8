import { expect, test } from 'vitest';

import { settled } from './settled.ts';

const { signal } = new AbortController();
const isWell = (trouble: readonly string[]): boolean => trouble.length === 0;

test('the demo ends on what is there when nothing is wrong any more', async () => {
  const seen = [['production-2: Replica 0 of digest is starting.'], []];
  const look = (): Promise<readonly string[]> => Promise.resolve(seen.shift() ?? ['looked too often']);
  expect(await settled(look, isWell, { timeoutMs: 20_000, signal })).toEqual([]);
});

test('what stays wrong is shown all the same, when the time is over', async () => {
  const look = (): Promise<readonly string[]> => Promise.resolve(['the edge does not run']);
  expect(await settled(look, isWell, { timeoutMs: 0, signal })).toEqual(['the edge does not run']);
});
