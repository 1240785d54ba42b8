import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { createRandom } from '../../services/model/src/random.ts';
import { fromAnswer, fromTicket, toTicket, type Mapping } from '../../services/transform/src/mapping.ts';
import { set, type Json } from '../../services/transform/src/paths.ts';

const file = new URL('../../services/transform/mappings/helpdesk.json', import.meta.url);
const mapping: Mapping = JSON.parse(readFileSync(file, 'utf8'));

test('every partner case comes back from its ticket as it was', () => {
  const random = createRandom(1);
  for (let round = 0; round < 200; round += 1) {
    const payload = randomCase(random);
    const { ticket, loss } = toTicket(mapping, payload);
    assert.deepEqual(fromTicket(mapping, ticket), payload);
    assert.deepEqual(loss, []);
  }
});

test('what the ticket has no place for is reported', () => {
  const { ticket, loss } = toTicket(mapping, {
    case: { title: 'Lamp', severity: 'P9' },
    agent: { shift: 'night' },
  });
  assert.deepEqual(ticket, { channel: 'partner', subject: 'Lamp' });
  assert.deepEqual(loss, [
    { path: 'case.severity', reason: 'unknown value' },
    { path: 'agent.shift', reason: 'no such field in Ticket@1' },
  ]);
});

test('an answer is told in the words of the partner', () => {
  const answer = {
    reply: 'Done.',
    outcome: 'refunded',
    topic: 'refund',
    articles: [],
    refund: { amount: 5, currency: 'EUR' },
  };
  assert.deepEqual(fromAnswer(mapping, { case: { reference: 'A-1' } }, answer), {
    case: { reference: 'A-1', resolution: { text: 'Done.', code: 'REFUNDED', sources: [] }, topic: 'refund' },
    purchase: { refund: { amount: 5, currency: 'EUR' } },
  });
});

/** Any subset of the mapped fields, each with any value it may have. */
function randomCase(random: () => number): Json {
  return mapping.inbound.fields.reduce<Json>((payload, { partner, values }) => {
    if (random() < 0.3) return payload;
    const codes = Object.keys(values ?? {});
    const value = codes[Math.floor(random() * codes.length)] ?? `value ${Math.floor(random() * 1000)}`;
    return set(payload, partner, value);
  }, {});
}
