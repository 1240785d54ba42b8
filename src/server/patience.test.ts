import { expect, test } from 'vitest';

import { patiently } from './patience.ts';

const lost = (): Error => Object.assign(new Error('reset'), { code: 'ECONNRESET' });
const { signal } = new AbortController();

test('what lost its connection is read again, and answered when the database is back', async () => {
  let reads = 0;
  const read = (): Promise<string> => ((reads += 1) < 3 ? Promise.reject(lost()) : Promise.resolve('answer'));
  expect(await patiently(read, signal)).toBe('answer');
});

test('a database that keeps the connection and says nothing is not waited for: the next command is named', async () => {
  await expect(patiently(() => new Promise(() => {}), signal, 20)).rejects.toMatchObject({
    code: 'database_failed',
    hint: 'deployer doctor',
  });
});

test('one that stays away is given up as well', async () => {
  await expect(patiently(() => Promise.reject(lost()), signal, 20)).rejects.toMatchObject({
    code: 'database_failed',
  });
});

test('what is wrong with the question is said at once', async () => {
  await expect(patiently(() => Promise.reject(new Error('no such run')), signal)).rejects.toThrow('no such');
});
