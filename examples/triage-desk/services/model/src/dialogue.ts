import type { ChatRequest, Message } from './chat.ts';

/** A request as the model reads it: the instructions, the ticket, and what the tools answered so far. */
export interface Dialogue {
  readonly instructions: string;
  /** Without the header of "Name: value" lines above the first empty line. */
  readonly ticket: string;
  /** The last order number that the customer named, in this ticket or an earlier one. */
  readonly order: string | undefined;
  readonly offered: ReadonlySet<string>;
  readonly results: ReadonlyMap<string, ToolResult>;
}

export type ToolResult = Readonly<Record<string, unknown>>;

export function readDialogue({ messages, tools = [] }: ChatRequest): Dialogue {
  const lastTicket = messages.findLastIndex((message) => message.role === 'user');
  const written = messages
    .filter((message) => message.role === 'user')
    .map((message) => message.content ?? '');
  return {
    instructions: messages.find((message) => message.role === 'system')?.content ?? '',
    ticket: (messages[lastTicket]?.content ?? '').replace(/^(?:\w+: .*\n)*\n/, ''),
    order: written
      .join('\n')
      .match(/\bORD-\d{6}\b/g)
      ?.at(-1),
    offered: new Set(tools.map((tool) => tool.function.name)),
    results: readResults(messages.slice(lastTicket + 1)),
  };
}

function readResults(messages: readonly Message[]): Map<string, ToolResult> {
  const calls = messages.flatMap((message) => message.tool_calls ?? []);
  const results = new Map<string, ToolResult>();
  for (const { role, content, tool_call_id } of messages) {
    const call = calls.find(({ id }) => role === 'tool' && id === tool_call_id);
    if (call !== undefined) results.set(call.function.name, parseResult(content ?? ''));
  }
  return results;
}

function parseResult(content: string): ToolResult {
  try {
    return JSON.parse(content);
  } catch {
    return { error: content };
  }
}
