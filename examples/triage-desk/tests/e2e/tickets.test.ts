import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { sendTicket } from '../support/desk.ts';

test('a question is answered from the help articles', async () => {
  const { status, body } = await sendTicket({ text: 'How do I descale the kettle?', locale: 'de-DE' });
  assert.equal(status, 200);
  assert.deepEqual([body.topic, body.outcome, body.articles[0]], ['how-to', 'answered', 'clean-kettle']);
  assert.match(body.reply, /vinegar/);
  assert.ok(body.usage.tokens > 0);
});

test('a question about an order is answered with its state', async () => {
  const { body } = await sendTicket({ text: 'Where is my parcel? It is late.', order: 'ORD-104201' });
  assert.equal(body.topic, 'delivery');
  assert.match(body.reply, /ORD-104201\) is on its way/);
});

test('a refund up to the limit is paid', async () => {
  const { body } = await sendTicket({
    text: 'The grinder arrived damaged, please refund it.',
    order: 'ORD-104200',
  });
  assert.equal(body.outcome, 'refunded');
  assert.equal(body.refund?.amount, 59.81);
  assert.match(body.reply, /refunded 59\.81 EUR/);
});

test('a refund above the limit waits for a person', async () => {
  const { body } = await sendTicket({
    text: 'The grinder arrived damaged, please refund it.',
    order: 'ORD-104228',
  });
  assert.equal(body.outcome, 'escalated');
  assert.equal(body.refund, undefined);
  assert.match(body.escalation?.reason ?? '', /117\.07 needs approval/);
});

test('an order that has not arrived is not refunded', async () => {
  const { body } = await sendTicket({ text: 'I want my money back for this backpack.', order: 'ORD-104201' });
  assert.equal(body.outcome, 'answered');
  assert.match(body.reply, /once it has reached you/);
});

test('a complaint goes to a person', async () => {
  const { body } = await sendTicket({
    text: 'This is unacceptable, I want to make a complaint about your staff.',
  });
  assert.deepEqual([body.topic, body.outcome], ['complaint', 'escalated']);
  assert.match(body.escalation?.id ?? '', /^E-/);
});

test('the order of an earlier ticket of the conversation is known', async () => {
  const conversation = randomUUID();
  await sendTicket({ conversation, text: 'Where is my parcel ORD-104201? It is late.' });
  const { body } = await sendTicket({ conversation, text: 'Has my package been shipped by now?' });
  assert.match(body.reply, /ORD-104201/);
});
