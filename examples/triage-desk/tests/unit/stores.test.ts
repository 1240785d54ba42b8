import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Answers } from '../../services/gateway/src/idempotency.ts';
import { findOrder } from '../../services/tools/src/orders.ts';
import { Outbox } from '../../services/tools/src/outbox.ts';
import { Refunds } from '../../services/tools/src/refunds.ts';

const folder = await mkdtemp(join(tmpdir(), 'stores-'));
after(() => rm(folder, { recursive: true }));

const LONG_MS = 60_000;
const escalation = { ticket: 'T-1', customer: 'C-1042', reason: 'complaint' };

test('a request is answered once, and again with the stored answer', async () => {
  const answers = new Answers<string>(join(folder, 'answers'));
  const first = await answers.claim('shop', 'key', 'request');
  assert.equal(first.state, 'new');
  await assert.rejects(answers.claim('shop', 'key', 'request'), { status: 409 });
  if (first.state === 'new') await first.store('the answer');
  assert.deepEqual(await answers.claim('shop', 'key', 'request'), { state: 'stored', answer: 'the answer' });
  await assert.rejects(answers.claim('shop', 'key', 'another request'), { status: 422 });
  assert.equal((await answers.claim('another shop', 'key', 'another request')).state, 'new');
});

test('a claim without an answer is free again', async () => {
  const answers = new Answers<string>(join(folder, 'released'));
  const first = await answers.claim('shop', 'key', 'request');
  if (first.state === 'new') await first.release();
  assert.equal((await answers.claim('shop', 'key', 'request')).state, 'new');
});

test('a key refunds once', async () => {
  const refunds = new Refunds(join(folder, 'refunds'));
  const order = findOrder('ORD-104200', 'C-1042');
  assert.ok(order);
  const [first, second] = [await refunds.create('key', order, 10), await refunds.create('key', order, 20)];
  assert.deepEqual(second, first);
  assert.notEqual((await refunds.create('other', order, 20)).id, first.id);
});

test('an escalation goes to one of two consumers', async () => {
  const outbox = new Outbox(join(folder, 'shared'), LONG_MS);
  await outbox.put(escalation);
  await outbox.put(escalation);
  const taken = await Promise.all([outbox.take(), outbox.take(), outbox.take()]);
  const [lease, ...others] = taken.filter((found) => found !== undefined);
  assert.equal(lease?.message.ticket, 'T-1');
  assert.deepEqual(others, []);
  assert.equal(await outbox.acknowledge(lease.lease), true);
  assert.equal(await outbox.take(), undefined);
});

test('an escalation whose consumer died is taken by the next one', async () => {
  const outbox = new Outbox(join(folder, 'expired'), -1);
  await outbox.put(escalation);
  const dead = await outbox.take();
  const next = await outbox.take();
  assert.equal(next?.message.ticket, 'T-1');
  assert.equal(await outbox.acknowledge(dead?.lease ?? ''), false);
  assert.equal(await outbox.acknowledge(next.lease), true);
});

test('a lease is no path', async () => {
  const outbox = new Outbox(join(folder, 'paths'), LONG_MS);
  assert.equal(await outbox.acknowledge('../shared/x.1.taken'), false);
});
