import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { forwardedFields, readHead } from './request-head.ts';

const origin = { client: '192.0.2.1', host: 'desk.example.com' };
const added = [
  'x-forwarded-for',
  '192.0.2.1',
  'x-forwarded-proto',
  'https',
  'x-forwarded-host',
  'desk.example.com',
  'via',
  '1.1 deployer',
];

function forwarded(...rawHeaders: readonly string[]): string[] {
  return forwardedFields(readHead(rawHeaders), origin);
}

test('fields about the message go on, in their order, spelling and repetition', () => {
  const fields = ['Accept', '*/*', 'X-Tag', 'a', 'x-tag', 'b', 'Content-Length', '3'];
  expect(forwarded('Host', 'elsewhere', ...fields)).toEqual([
    'host',
    'desk.example.com',
    ...fields,
    ...added,
  ]);
});

test.each([
  'Connection',
  'Keep-Alive',
  'Proxy-Connection',
  'Proxy-Authorization',
  'Proxy-Authenticate',
  'TE',
  'Transfer-Encoding',
  'Upgrade',
  'HTTP2-Settings',
  'Expect',
  'Forwarded',
  'X-Real-IP',
  'X-Forwarded-For',
  'X-FORWARDED-PROTO',
  'x-forwarded-prefix',
  'X-Deployer-Deployment',
  'x-deployer-probe',
])('%s ends at the edge', (name) => {
  expect(forwarded(name, 'close')).toEqual(['host', 'desk.example.com', ...added]);
});

test('what Connection names ends at the edge, except what gives the message its meaning', () => {
  const raw = ['connection', 'X-A, content-length', 'x-a', '1', 'Connection', ' x-b,close', 'X-B', '2'];
  const kept = ['content-length', '5', 'X-C', '3'];
  expect(forwarded(...raw, ...kept)).toEqual(['host', 'desk.example.com', ...kept, ...added]);
});

test('a field that the edge adds cannot be named away', () => {
  expect(forwarded('Connection', 'x-forwarded-for, host, via')).toEqual([
    'host',
    'desk.example.com',
    ...added,
  ]);
});

test('no field of a client becomes one that only the edge may write', () => {
  const name = fc.constantFrom(
    'x-forwarded-for',
    'X-Forwarded-Host',
    'X-DEPLOYER-PROBE',
    'host',
    'accept',
    'connection',
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(name, fc.constantFrom('evil', 'accept', 'x-forwarded-for'))), (fields) => {
      const sent = forwarded(...fields.flat());
      const own = sent.filter(
        (text, index) => index % 2 === 0 && /^(?:x-forwarded-|x-deployer-|host$)/i.test(text),
      );
      expect(own).toEqual(['host', 'x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host']);
      expect(sent.length % 2).toBe(0);
    }),
  );
});

test('what the edge acts upon is read from the same pass', () => {
  const raw = ['Host', 'a', 'host', 'b', 'Transfer-Encoding', 'chunked', 'X-Deployer-Probe', 'token'];
  expect(readHead(raw)).toMatchObject({
    hosts: ['a', 'b'],
    transferEncodings: ['chunked'],
    contentLength: null,
    probe: 'token',
  });
  expect(readHead(['content-length', '42']).contentLength).toBe(42);
});
