import { expect, test } from 'vitest';

import { responseFields, trailerFields } from './response-head.ts';

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
  expect(responseFields(headers, 'production-7')).toEqual([
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

test('trailers that would change how the answer is read are dropped', () => {
  const trailers = {
    'x-sum': '1',
    'content-length': '9',
    'transfer-encoding': 'chunked',
    'x-deployer-deployment': 'forged',
  };
  expect(trailerFields(trailers)).toEqual([['x-sum', '1']]);
});
