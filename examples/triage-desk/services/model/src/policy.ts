import type { ToolCall, Turn } from './chat.ts';
import type { Dialogue } from './dialogue.ts';
import { readOrder, writeReply } from './reply.ts';

/** Below this, a person should read the ticket. */
const UNSURE = 0.35;

interface Wish {
  readonly name: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

/** What a well-behaved model would do next for a ticket of this intent: look things up first, act, then reply. */
export function nextTurn(dialogue: Dialogue, intent: string, confidence: number): Turn {
  const wishes = confidence < UNSURE ? [escalate('unclear request')] : wishesFor(intent, dialogue);
  const open = wishes.filter(({ name }) => dialogue.offered.has(name) && !dialogue.results.has(name));
  if (open.length > 0)
    return { kind: 'tools', calls: open.map((wish, index) => toCall(wish, dialogue, index)) };
  return { kind: 'reply', text: writeReply(dialogue, intent) };
}

function wishesFor(intent: string, dialogue: Dialogue): Wish[] {
  const { order, ticket } = dialogue;
  const lookUp = order === undefined ? [] : [{ name: 'lookup_order', arguments: { order } }];
  const search = { name: 'search_kb', arguments: { query: ticket.slice(0, 400) } };
  switch (intent) {
    case 'refund':
      return [...lookUp, search, ...refund(dialogue)];
    case 'delivery':
      return lookUp;
    case 'complaint':
      return [...lookUp, escalate('complaint')];
    default:
      return [search];
  }
}

function refund(dialogue: Dialogue): Wish[] {
  const order = readOrder(dialogue);
  if (order?.status !== 'delivered') return [];
  return [{ name: 'create_refund', arguments: { order: order.id, amount: order.total } }];
}

function escalate(reason: string): Wish {
  return { name: 'escalate', arguments: { reason } };
}

/** Ids are numbered through the ticket, so a second round of calls does not repeat those of the first. */
function toCall(wish: Wish, dialogue: Dialogue, index: number): ToolCall {
  return {
    id: `call_${dialogue.results.size + index + 1}`,
    type: 'function',
    function: { name: wish.name, arguments: JSON.stringify(wish.arguments) },
  };
}
