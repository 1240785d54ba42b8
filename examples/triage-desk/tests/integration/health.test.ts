import assert from 'node:assert/strict';
import { test } from 'node:test';
import { get } from '../support/desk.ts';

test('the desk is alive', async () => {
  assert.equal((await get('/healthz')).status, 200);
});

test('the desk and everything it needs is ready', async () => {
  assert.equal((await get('/readyz')).status, 200);
});

test('a path that does not exist is a problem, with the request id', async () => {
  const { status, headers, body } = await get('/v1/nothing');
  assert.equal(status, 404);
  assert.equal(headers.get('content-type'), 'application/problem+json');
  assert.equal(headers.get('x-request-id'), body.requestId);
});
