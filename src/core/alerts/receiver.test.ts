import { expect, test } from 'vitest';

import { addressFault, receiverName, receiverNames } from './receiver.ts';

test.each([
  ['https://hooks.example.com/x', null],
  ['http://127.0.0.1:9000/x', null],
  ['http://localhost/x', null],
  ['http://[::1]:9000/', null],
  ['http://hooks.example.com/x', 'must be an https address: others could read what is sent'],
  ['http://127.0.0.1.example.com/', 'must be an https address: others could read what is sent'],
  ['http://localhost.example.com/', 'must be an https address: others could read what is sent'],
  ['https://me:password@hooks.example.com/', 'must not have a user name or password in it'],
  ['ftp://hooks.example.com/', 'must be an https address'],
  ['file:///etc/passwd', 'must be an https address'],
  ['hooks.example.com', 'must be an https address'],
  ['', 'must be an https address'],
])('%s', (address, fault) => {
  expect(addressFault(address)).toBe(fault);
});

test('of an address no more than its host is shown, of a secret its reference', () => {
  expect(receiverName('https://hooks.example.com/services/T0/B0/token?key=1')).toBe(
    'https://hooks.example.com/…',
  );
  expect(receiverName('https://hooks.example.com')).toBe('https://hooks.example.com');
  expect(receiverName('secret://local/alerts#webhook')).toBe('secret://local/alerts#webhook');
});

test.each([
  'hooks.example.com/token',
  'secret:token',
  'secret://local/token',
  'ftp://hooks.example.com/token',
  '',
])('nothing of %j is shown, which is no address of a receiver', (text) => {
  expect(receiverName(text)).toBe('an address that cannot be read');
});

test('two of one host are told apart', () => {
  expect(receiverNames(['https://a.example/1', 'https://b.example/', 'https://a.example/2'])).toEqual([
    'https://a.example/… (1)',
    'https://b.example',
    'https://a.example/… (3)',
  ]);
});
