import { expect, test } from 'vitest';

import { isOnLoopback, namedAddress } from './named-address.ts';

test.each([
  ['http://models.example.com:8080/v1?key=abc', 'http', 'models.example.com:8080', false],
  ['https://models.example.com', 'https', 'models.example.com', true],
  ['redis://default:hunter2@cache:6379/0', 'redis', 'cache:6379', false],
  ['rediss://cache:6380', 'rediss', 'cache:6380', true],
  ['postgres://app:p%40ss@db/tickets', 'postgres', 'db', false],
  ['postgresql://app:p@ss@db/tickets?sslmode=verify-full&x=1', 'postgresql', 'db', true],
  ['postgresql://db/tickets?sslmode=prefer', 'postgresql', 'db', false],
  ['mysql://db/x?ssl-mode=REQUIRED', 'mysql', 'db', true],
  ['mongodb://u:p@a:27017,b:27017/desk?tls=true', 'mongodb', 'a:27017,b:27017', true],
  ['mongodb+srv://u:p@cluster.example.com/desk', 'mongodb+srv', 'cluster.example.com', true],
  ['AMQP://guest@queue//vhost', 'amqp', 'queue', false],
  [' ws://[2001:db8::1]:99/live ', 'ws', '[2001:db8::1]:99', false],
])('%s', (value, scheme, host, isEncrypted) => {
  expect(namedAddress(value)).toEqual({ scheme, host, isEncrypted });
});

test.each([
  'info',
  '',
  'file:///etc/hosts',
  'secret://local/db#url',
  'http://',
  'x http://a',
  'C://temp',
  'postgres://app:pa#ss@db/x',
  'postgres://app:pa/ss@db/x',
  'postgres://app:pa?ss@db/x',
])('no address of a way somewhere: %j', (value) => {
  expect(namedAddress(value)).toBeNull();
});

test.each([
  ['localhost', true],
  ['localhost:5432', true],
  ['127.0.0.1:80', true],
  ['[::1]:443', true],
  ['127.example.com', false],
  ['localhost,db', false],
  ['10.0.0.1', false],
])('%s is this machine: %j', (host, is) => {
  expect(isOnLoopback(host)).toBe(is);
});
