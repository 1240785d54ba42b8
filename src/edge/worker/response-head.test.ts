import { expect, test } from 'vitest';

import { responseFields, trailerFields, shortBodyLength } from './response-head.ts';

const inChunks = { httpVersion: '1.1', method: 'GET', status: 200 };

test('an answer keeps its fields, loses those of the connection, and names its deployment', () => {
  const headers = {
    'content-type': 'text/plain',
    'set-cookie': ['a=1', 'b=2'],
    connection: 'keep-alive, X-Private',
    'keep-alive': 'timeout=5',
    'transfer-encoding': 'chunked',
    'x-private': '1',
    'x-deployer-deployment': 'forged',
  };
  expect(responseFields(headers, 'production-7', inChunks)).toEqual([
    'content-type',
    'text/plain',
    'set-cookie',
    'a=1',
    'set-cookie',
    'b=2',
    'x-deployer-deployment',
    'production-7',
  ]);
});

test.each<[string, Partial<typeof inChunks>, Record<string, string>, boolean]>([
  ['an answer in chunks', {}, {}, true],
  ['an answer to HEAD', { method: 'HEAD' }, {}, false],
  ['an answer to HTTP/1.0', { httpVersion: '1.0' }, {}, false],
  ['an answer without content', { status: 204 }, {}, false],
  ['an answer that has not changed', { status: 304 }, {}, false],
  ['an answer whose length is known', {}, { 'content-length': '5' }, false],
])('%s says that trailers follow only if they can', (_, framing, headers, says) => {
  const fields = responseFields({ ...headers, trailer: 'x-sum' }, 'production-7', {
    ...inChunks,
    ...framing,
  });
  expect(fields.includes('trailer')).toBe(says);
});

test('trailers that would change how the answer is read are dropped', () => {
  const trailers = {
    'x-sum': '1',
    'content-length': '9',
    'transfer-encoding': 'chunked',
    'x-deployer-deployment': 'forged',
  };
  expect(trailerFields(trailers)).toEqual([['x-sum', '1']]);
});

test.each<[string | undefined, number | null]>([
  [undefined, null],
  ['0', null],
  ['1', 1],
  ['16384', 16_384],
  ['16385', null],
  ['five', null],
])('a body of length %s may be one piece with its head: %s', (length, bytes) => {
  expect(shortBodyLength(length === undefined ? {} : { 'content-length': length })).toBe(bytes);
});
