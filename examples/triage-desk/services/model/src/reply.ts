import type { Dialogue, ToolResult } from './dialogue.ts';

interface Order {
  readonly id: string;
  readonly item: string;
  readonly status: 'processing' | 'shipped' | 'delivered';
  readonly total: number;
  readonly currency: string;
}

interface Article {
  readonly title: string;
  readonly text: string;
}

/** Templates in place of a language model; the style rules in the instructions are followed where it knows them. */
export function writeReply(dialogue: Dialogue, intent: string): string {
  const { instructions } = dialogue;
  const topic = /^.*"Topic: /m.test(instructions) ? `Topic: ${intent}\n` : '';
  const greeting = /greet the customer/i.test(instructions) ? 'Hello, and thank you for writing to us. ' : '';
  const signOff = instructions.match(/sign off with "([^"]+)"/i)?.[1];
  return topic + greeting + body(dialogue, intent) + (signOff === undefined ? '' : `\n${signOff}`);
}

export function readOrder({ results }: Dialogue): Order | undefined {
  return results.get('lookup_order')?.['order'] as Order | undefined;
}

function body(dialogue: Dialogue, intent: string): string {
  if (dialogue.results.has('escalate')) return HANDED_OVER;
  if (intent === 'refund') return aboutRefund(dialogue);
  if (intent === 'delivery') return aboutDelivery(dialogue);
  return fromArticles(dialogue) ?? HANDED_OVER;
}

function aboutRefund(dialogue: Dialogue): string {
  const order = readOrder(dialogue);
  if (order === undefined) return askForOrder(dialogue);
  if (order.status !== 'delivered') {
    return `Your ${order.item} (${order.id}) ${PROGRESS[order.status]}. We can refund it once it has reached you.`;
  }
  const refund: ToolResult = dialogue.results.get('create_refund') ?? {};
  const amount = `${order.total.toFixed(2)} ${order.currency}`;
  if (refund['escalated'] !== undefined)
    return `A refund of ${amount} needs the approval of a colleague. ${HANDED_OVER}`;
  if (refund['preview'] === true) return `We would refund ${amount} for ${order.id}.`;
  if (refund['id'] === undefined) return `We could not refund ${order.id} right now. ${HANDED_OVER}`;
  return `We have refunded ${amount} for ${order.id}. The money reaches you within five working days.`;
}

function aboutDelivery(dialogue: Dialogue): string {
  const order = readOrder(dialogue);
  if (order === undefined) return askForOrder(dialogue);
  return `Your ${order.item} (${order.id}) ${PROGRESS[order.status]}.`;
}

function askForOrder({ order }: Dialogue): string {
  if (order !== undefined)
    return `We could not find ${order} under your customer number. Please check the number.`;
  return 'Which order is it about? You find the number, which begins with ORD, in your confirmation.';
}

function fromArticles({ results, instructions }: Dialogue): string | undefined {
  const [article] = (results.get('search_kb')?.['articles'] ?? []) as readonly Article[];
  if (article === undefined) return undefined;
  return article.text + (/name the article/i.test(instructions) ? ` (from "${article.title}")` : '');
}

const PROGRESS = {
  processing: 'is being packed and leaves within one working day',
  shipped: 'is on its way and arrives within four days',
  delivered: 'was delivered; please look for a card from the courier if you cannot find it',
};

const HANDED_OVER = 'A colleague takes over and writes to you within one working day.';
