import { expect, test } from 'vitest';

import { readHead } from './request-head.ts';
import { isProblem, requestTarget } from './request-target.ts';

function target(url: string, rawHeaders: readonly string[], httpVersion = '1.1', method = 'GET'): unknown {
  const line = { method, url, httpVersion, fallbackHost: '127.0.0.1:7443' };
  const read = requestTarget(line, readHead(rawHeaders));
  return isProblem(read) ? read.status : read;
}

test.each<[string, readonly string[], unknown]>([
  ['/a?b=c', ['Host', 'desk.example.com'], { path: '/a?b=c', host: 'desk.example.com' }],
  ['//a', ['Host', 'a:1'], { path: '//a', host: 'a:1' }],
  ['*', ['Host', 'a'], { path: '*', host: 'a' }],
  ['/', ['Host', '[::1]:7443'], { path: '/', host: '[::1]:7443' }],
  ['http://b/c?d', ['Host', 'a'], { path: '/c?d', host: 'b' }],
  ['HTTPS://b:8443', [], { path: '/', host: 'b:8443' }],
  ['http://b?d', ['Host', 'a'], { path: '/?d', host: 'b' }],
  ['http://user@b/', ['Host', 'a'], 400],
  ['http:///c', ['Host', 'a'], 400],
  ['/', [], 400],
  ['/', ['Host', ''], 400],
  ['/', ['Host', 'a', 'HOST', 'a'], 400],
  ['/', ['Host', 'a b'], 400],
  ['/', ['Host', 'a:b'], 400],
  ['/a#b', ['Host', 'a'], 400],
  ['a', ['Host', 'a'], 400],
  ['/', ['Host', 'a', 'Transfer-Encoding', 'Chunked'], { path: '/', host: 'a' }],
  ['/', ['Host', 'a', 'Transfer-Encoding', 'gzip, chunked'], 501],
])('%s with %j', (url, rawHeaders, expected) => {
  expect(target(url, rawHeaders)).toEqual(expected);
});

test('HTTP/1.0 may come without Host, and never with Transfer-Encoding', () => {
  expect(target('/', [], '1.0')).toEqual({ path: '/', host: '127.0.0.1:7443' });
  expect(target('/', ['Transfer-Encoding', 'chunked'], '1.0')).toBe(400);
});

test('another major version of HTTP is not read', () => {
  expect(target('/', ['Host', 'a'], '2.0')).toBe(505);
  expect(target('/', ['Host', 'a'], '0.9')).toBe(505);
});

test('TRACE would show a client what the edge added', () => {
  expect(target('/', ['Host', 'a'], '1.1', 'TRACE')).toBe(405);
});
