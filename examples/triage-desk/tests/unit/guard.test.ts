import assert from 'node:assert/strict';
import { test } from 'node:test';
import { guard } from '../../services/agent/src/guard.ts';
import type { ToolCall } from '../../services/agent/src/model.ts';

const ticket = { id: 'T-1', subject: 'Refund', text: 'Please', customer: 'C-1042' };
const tools = ['lookup_order', 'search_kb', 'create_refund', 'escalate'].map((name) => ({
  name,
  inputSchema: {},
}));
const rules = { tools, refundLimit: 100 };

test('customer and key are facts of the ticket, whatever the model says', () => {
  const wish = call('create_refund', { order: 'ORD-104200', amount: 20, customer: 'C-9999', key: 'mine' });
  assert.deepEqual(guard(wish, ticket, rules), {
    kind: 'call',
    name: 'create_refund',
    input: { order: 'ORD-104200', amount: 20, customer: 'C-1042', key: 'T-1:ORD-104200' },
  });
});

test('a refund up to the limit is made, one above it goes to a person', () => {
  assert.equal(
    guard(call('create_refund', { order: 'ORD-104200', amount: 100 }), ticket, rules).kind,
    'call',
  );
  assert.equal(
    guard(call('create_refund', { order: 'ORD-104200', amount: 100.01 }), ticket, rules).kind,
    'escalate',
  );
});

test('an amount that is no number goes to a person', () => {
  assert.equal(
    guard(call('create_refund', { order: 'ORD-104200', amount: 'all' }), ticket, rules).kind,
    'escalate',
  );
});

test('a tool that nobody offered is refused', () => {
  assert.equal(guard(call('drop_database', {}), ticket, rules).kind, 'refuse');
});

test('arguments that are no JSON object are refused', () => {
  const broken: ToolCall = {
    id: '1',
    type: 'function',
    function: { name: 'search_kb', arguments: '{"query":' },
  };
  assert.equal(guard(broken, ticket, rules).kind, 'refuse');
  assert.equal(guard(call('search_kb', []), ticket, rules).kind, 'refuse');
});

function call(name: string, input: object): ToolCall {
  return { id: '1', type: 'function', function: { name, arguments: JSON.stringify(input) } };
}
