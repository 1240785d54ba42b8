import { setImmediate as nextTurn } from 'node:timers/promises';

import { expect, test } from 'vitest';

import { mapAhead } from './map-ahead.ts';

test('results keep the order of the items, however long each takes', async () => {
  const turns = [5, 0, 3, 1, 4, 0];
  const results = mapAhead(turns, 3, async (count) => {
    for (let i = 0; i < count; i++) await nextTurn();
    return count;
  });
  expect(await collect(results)).toEqual(turns);
});

test('no more than the given number are in work at a time', async () => {
  let running = 0;
  let most = 0;
  const results = mapAhead(Array.from({ length: 20 }), 4, async () => {
    running += 1;
    most = Math.max(most, running);
    await nextTurn();
    running -= 1;
  });
  await collect(results);
  expect(most).toBe(4);
});

test('a failure reaches the reader when all that was started has ended', async () => {
  const ended: number[] = [];
  const results = mapAhead([1, 2, 3], 3, async (item) => {
    if (item === 1) throw new Error('the first one fails');
    for (let i = 0; i < 5; i++) await nextTurn();
    ended.push(item);
  });
  await expect(collect(results)).rejects.toThrow('the first one fails');
  expect(ended).toEqual([2, 3]);
});

async function collect<T>(results: AsyncIterable<T>): Promise<readonly T[]> {
  const found: T[] = [];
  for await (const result of results) found.push(result);
  return found;
}
