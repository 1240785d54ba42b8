import assert from 'node:assert/strict';
import { test } from 'node:test';
import { authorized, post, sendTicket, type Problem } from '../support/desk.ts';

const REFUSED = {
  'without a text': [{ text: undefined }, '/'],
  'with a field that Ticket@1 does not have': [{ text: 'Hello', colour: 'red' }, '/'],
  'with a customer number of another shape': [{ text: 'Hello', customer: '1042' }, '/customer'],
  'with a locale of another shape': [{ text: 'Hello', locale: 'english' }, '/locale'],
  'with an unknown priority': [{ text: 'Hello', priority: 'asap' }, '/priority'],
} as const;

for (const [name, [ticket, path]] of Object.entries(REFUSED)) {
  test(`a ticket ${name} is refused, naming the place`, async () => {
    const { status, body } = await sendTicket<Problem>(ticket);
    assert.equal(status, 422);
    assert.deepEqual(
      body.errors?.map((error) => error.path),
      [path],
    );
  });
}

test('a body that is no JSON is refused', async () => {
  assert.equal((await post('/v1/tickets', '{"subject":', authorized())).status, 400);
});

test('a partner case that makes no ticket is refused', async () => {
  const { status, body } = await post('/v1/partner/preview', { case: { title: 'No customer' } });
  assert.equal(status, 422);
  assert.ok((body.errors ?? []).length > 0);
});
