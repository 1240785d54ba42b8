import type { ToolCall } from './model.ts';
import type { Ticket } from './ticket.ts';
import type { ToolDefinition } from './tools.ts';

/** A call as it will be made, or why it is not. */
export type GuardedCall =
  | { readonly kind: 'call'; readonly name: string; readonly input: object }
  | { readonly kind: 'escalate'; readonly reason: string }
  | { readonly kind: 'refuse'; readonly reason: string };

interface Rules {
  readonly tools: readonly ToolDefinition[];
  readonly refundLimit: number;
}

/**
 * What the model wants, held to what it may. Whose order it is, which ticket asked and what makes a write happen once
 * are facts of the ticket: the model cannot choose them, whatever a ticket talked it into.
 */
export function guard(call: ToolCall, ticket: Ticket, { tools, refundLimit }: Rules): GuardedCall {
  const { name } = call.function;
  if (!tools.some((tool) => tool.name === name))
    return { kind: 'refuse', reason: `there is no tool ${name}` };
  const input = parseArguments(call.function.arguments);
  if (input === undefined) return { kind: 'refuse', reason: 'the arguments are not a JSON object' };
  if (name === 'search_kb') return { kind: 'call', name, input };
  if (name === 'create_refund') {
    const amount = Number(input['amount']);
    if (!(amount <= refundLimit)) return { kind: 'escalate', reason: `refund of ${amount} needs approval` };
    const key = `${ticket.id}:${String(input['order'])}`;
    return { kind: 'call', name, input: { ...input, customer: ticket.customer, key } };
  }
  if (name === 'escalate') return { kind: 'call', name, input: { ...input, ...escalationFor(ticket) } };
  return { kind: 'call', name, input: { ...input, customer: ticket.customer } };
}

export function escalationFor(ticket: Ticket): object {
  return { ticket: ticket.id, customer: ticket.customer };
}

function parseArguments(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
