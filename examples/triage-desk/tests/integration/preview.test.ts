import assert from 'node:assert/strict';
import { test } from 'node:test';
import { post } from '../support/desk.ts';

interface Preview {
  readonly loss: readonly object[];
  readonly ticket: { readonly priority: string; readonly channel: string };
  readonly answer: {
    readonly case: {
      readonly topic: string;
      readonly resolution: { readonly text: string; readonly code: string };
    };
  };
}

const helpdeskCase = {
  case: { title: 'Kettle', description: 'How do I descale the kettle?', severity: 'P4', shift: 'night' },
  requester: { account: 'C-1042', language: 'en' },
};

test('a partner sees its case as a ticket, what got lost, and the answer in its own words', async () => {
  const { status, body } = await post<Preview>('/v1/partner/preview', helpdeskCase);
  assert.equal(status, 200);
  assert.deepEqual([body.ticket.priority, body.ticket.channel], ['low', 'partner']);
  assert.deepEqual(body.loss, [{ path: 'case.shift', reason: 'no such field in Ticket@1' }]);
  assert.equal(body.answer.case.topic, 'how-to');
  assert.match(body.answer.case.resolution.text, /vinegar/);
});

test('the preview of a refund makes none', async () => {
  const { status, body } = await post<Preview>('/v1/partner/preview', {
    case: { title: 'Refund', description: 'The grinder arrived damaged, please refund it' },
    requester: { account: 'C-1042' },
    purchase: { number: 'ORD-104200' },
  });
  assert.equal(status, 200);
  assert.equal(body.answer.case.resolution.code, 'SOLVED');
  assert.match(body.answer.case.resolution.text, /We would refund 59\.81 EUR/);
});
