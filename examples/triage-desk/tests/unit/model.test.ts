import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chunks, completion, type ChatRequest, type Message } from '../../services/model/src/chat.ts';
import { readDialogue } from '../../services/model/src/dialogue.ts';
import { nextTurn } from '../../services/model/src/policy.ts';

const tools = ['lookup_order', 'search_kb', 'create_refund', 'escalate'].map((name) => ({
  function: { name },
}));
const ticket: Message = { role: 'user', content: 'Order: ORD-104200\n\nRefund\nThe grinder is broken' };

test('a refund is looked up first, then made, then told', () => {
  const request: ChatRequest = { model: 'm', messages: [ticket], tools };
  assert.deepEqual(wishes(request), ['lookup_order', 'search_kb']);
  const order = {
    id: 'ORD-104200',
    item: 'coffee grinder',
    status: 'delivered',
    total: 59.81,
    currency: 'EUR',
  };
  const lookedUp = [...asked('lookup_order', { order }), ...asked('search_kb', { articles: [] })];
  assert.deepEqual(wishes({ ...request, messages: [ticket, ...lookedUp] }), ['create_refund']);
  const refunded = [ticket, ...lookedUp, ...asked('create_refund', { id: 'R-1' })];
  assert.match(reply({ ...request, messages: refunded }), /refunded 59\.81 EUR for ORD-104200/);
});

test('a tool that is not offered is not called', () => {
  assert.deepEqual(wishes({ model: 'm', messages: [ticket], tools: tools.slice(1) }), ['search_kb']);
});

test('the pieces of a stream make up the completion', () => {
  const request: ChatRequest = { model: 'm', messages: [ticket], tools: [] };
  const turn = nextTurn(readDialogue(request), 'refund', 1);
  const whole = completion(request, turn) as { choices: [{ message: { content: string } }]; usage: object };
  const pieces = [...chunks(request, turn)] as {
    choices: { delta: { content?: string } }[];
    usage?: object;
  }[];
  const text = pieces.map(({ choices }) => choices[0]?.delta.content ?? '').join('');
  assert.equal(text, whole.choices[0].message.content);
  assert.deepEqual(pieces.at(-1)?.usage, whole.usage);
});

function asked(name: string, result: object): Message[] {
  const call = { id: name, type: 'function', function: { name, arguments: '{}' } } as const;
  return [
    { role: 'assistant', content: null, tool_calls: [call] },
    { role: 'tool', tool_call_id: name, content: JSON.stringify(result) },
  ];
}

function wishes(request: ChatRequest): string[] {
  const turn = nextTurn(readDialogue(request), 'refund', 1);
  return turn.kind === 'tools' ? turn.calls.map((call) => call.function.name) : [];
}

function reply(request: ChatRequest): string {
  const turn = nextTurn(readDialogue(request), 'refund', 1);
  return turn.kind === 'reply' ? turn.text : '';
}
