import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Conversations } from '../../services/agent/src/conversations.ts';
import type { Message, Model, ModelTurn } from '../../services/agent/src/model.ts';
import { triage, type Answer, type Desk } from '../../services/agent/src/triage.ts';

const folder = await mkdtemp(join(tmpdir(), 'triage-'));
after(() => rm(folder, { recursive: true }));

const ticket = { id: 'T-1', subject: 'Lamp', text: 'Which bulb?', customer: 'C-1042', conversation: 'lamp' };
const request = { requestId: 'r', signal: new AbortController().signal, preview: false };

test('tools are called until the model replies', async () => {
  const calls: string[] = [];
  const model = script([wish('search_kb', { query: 'bulb' })], 'Topic: how-to\nTake an E14.');
  const answer = await lastAnswer(desk({ model, calls }));
  assert.deepEqual(calls, ['search_kb']);
  assert.deepEqual([answer.topic, answer.outcome, answer.reply], ['how-to', 'answered', 'Take an E14.']);
});

test('a model that never replies costs no more than the budget, and a person takes over', async () => {
  const calls: string[] = [];
  const answer = await lastAnswer(desk({ model: script([wish('search_kb', { query: 'bulb' })]), calls }));
  assert.equal(answer.outcome, 'escalated');
  assert.deepEqual(calls, ['search_kb', 'search_kb', 'search_kb', 'escalate']);
});

test('a preview changes nothing', async () => {
  const calls: string[] = [];
  const model = script([wish('create_refund', { order: 'ORD-104200', amount: 5 })], 'Topic: refund\nFine.');
  await lastAnswer(desk({ model, calls }), true);
  assert.deepEqual(calls, []);
});

test('the next ticket of a conversation starts with what was said before', async () => {
  const seen: Message[][] = [];
  const remember = desk({ model: script('Topic: how-to\nTake an E14.'), calls: [] });
  await lastAnswer(remember);
  await lastAnswer({ ...remember, model: recording(seen, remember.model) });
  assert.ok(seen[0]?.some(({ role, content }) => role === 'assistant' && content === 'Take an E14.'));
});

function desk({ model, calls }: { model: Model; calls: string[] }): Desk {
  return {
    prompt: 'Answer.',
    model,
    toolbox: {
      list: async () =>
        ['search_kb', 'create_refund', 'escalate'].map((name) => ({
          name,
          inputSchema: {},
          annotations: { readOnlyHint: name === 'search_kb' },
        })),
      call: async (name) => {
        calls.push(name);
        return { id: '1' };
      },
    },
    conversations: new Conversations(folder),
    limits: { steps: 3, tokens: 10_000 },
    refundLimit: 100,
  };
}

/** A model that says these things in turn, and the last one for ever. */
function script(...turns: readonly (string | ModelTurn['calls'])[]): Model {
  let next = 0;
  return async function* () {
    const turn = turns[Math.min(next++, turns.length - 1)] ?? '';
    if (typeof turn !== 'string') return { text: '', calls: turn, tokens: 10 };
    yield turn;
    return { text: turn, calls: [], tokens: 10 };
  };
}

function recording(seen: Message[][], model: Model): Model {
  return (modelRequest) => {
    seen.push([...modelRequest.messages]);
    return model(modelRequest);
  };
}

function wish(name: string, input: object): ModelTurn['calls'][number] {
  return { id: '1', type: 'function', function: { name, arguments: JSON.stringify(input) } };
}

async function lastAnswer(of: Desk, preview = false): Promise<Answer> {
  for await (const event of triage(ticket, of, { ...request, preview }))
    if (event.type === 'done') return event.answer;
  throw new Error('the triage ended without an answer');
}
