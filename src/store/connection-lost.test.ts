import { expect, test } from 'vitest';

import { DeployerError } from '../errors.ts';
import { isConnectionLost, isDatabaseAway, isDatabaseFull } from './connection-lost.ts';

function coded(code: string, more: object = {}): Error {
  return Object.assign(new Error('no'), { code, ...more });
}

test.each([
  ['a session ended by an administrator', coded('57P01')],
  ['a server that is starting', coded('57P03')],
  ['a connection that failed, as PostgreSQL says it', coded('08006')],
  ['a reset socket', coded('ECONNRESET')],
  ['a socket that is not there', coded('ENOENT', { address: '/run/.s.PGSQL.5432' })],
  ['a socket that broke under a query', new Error('Connection terminated unexpectedly')],
  ['a pool without a free connection', new Error('timeout exceeded when trying to connect')],
  [
    'a client used after its socket broke',
    new Error('Client has encountered a connection error and is not queryable'),
  ],
])('%s is a lost connection', (_, error) => {
  expect(isConnectionLost(error)).toBe(true);
});

test.each([
  ['a broken rule of the database', coded('23505')],
  ['a missing file', coded('ENOENT', { path: '/etc/none' })],
  ['an error of ours', new DeployerError('route_stale', { message: 'no', hint: 'no' })],
  ['an error that only mentions it', new Error('the step said: Connection terminated')],
  ['something that is no error', 'ECONNRESET'],
])('%s is not', (_, error) => {
  expect(isConnectionLost(error)).toBe(false);
});

test('a database without room is away, and its connection is not lost', () => {
  const full = coded('53100');
  expect([isDatabaseFull(full), isDatabaseAway(full), isConnectionLost(full)]).toEqual([true, true, false]);
  expect(isDatabaseAway(coded('ECONNRESET'))).toBe(true);
  expect(isDatabaseAway(coded('23505'))).toBe(false);
});
