import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { sendTicket } from '../support/desk.ts';

const refund = { text: 'The grinder arrived damaged, please refund it.', order: 'ORD-104200' };

test('the same request under the same key gets the same answer, and one refund', async () => {
  const headers = { 'idempotency-key': randomUUID() };
  const first = await sendTicket(refund, headers);
  const second = await sendTicket(refund, headers);
  assert.equal(second.status, 200);
  assert.equal(first.body.outcome, 'refunded');
  assert.deepEqual(second.body, first.body);
});

test('another request under the same key is refused', async () => {
  const headers = { 'idempotency-key': randomUUID() };
  await sendTicket(refund, headers);
  assert.equal((await sendTicket({ ...refund, order: 'ORD-104205' }, headers)).status, 422);
});

test('another key refunds again', async () => {
  const [first, second] = [await sendTicket(refund), await sendTicket(refund)];
  assert.notEqual(first.body.refund?.id, second.body.refund?.id);
});
