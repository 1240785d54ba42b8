import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sendTicket, type Answer } from '../support/desk.ts';

test('an answer comes as a stream: the steps, the reply in pieces, and the whole at the end', async () => {
  const ticket = { text: 'The grinder arrived damaged, please refund it.', order: 'ORD-104200' };
  const { headers, text } = await sendTicket(ticket, { accept: 'text/event-stream' });
  assert.equal(headers.get('content-type'), 'text/event-stream');
  const events = readEvents(text);
  const answer = events.at(-1)?.data['answer'] as Answer;
  assert.deepEqual(
    events.filter(({ name }) => name === 'step').map(({ data }) => data['tools']),
    [['lookup_order', 'search_kb'], ['create_refund']],
  );
  const pieces = events.filter(({ name }) => name === 'reply').map(({ data }) => data['text']);
  assert.ok(pieces.length > 1);
  assert.equal(pieces.join(''), answer.reply);
  assert.equal(answer.outcome, 'refunded');
});

function readEvents(text: string): { name: string; data: Record<string, unknown> }[] {
  return [...text.matchAll(/^event: (\w+)\ndata: (.*)$/gm)].map(([, name = '', data = '']) => ({
    name,
    data: JSON.parse(data),
  }));
}
