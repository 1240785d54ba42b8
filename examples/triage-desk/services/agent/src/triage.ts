import { Budget, type Limits } from './budget.ts';
import type { Conversations } from './conversations.ts';
import { escalationFor, guard } from './guard.ts';
import type { Message, Model, ToolCall } from './model.ts';
import { toMessage, type Ticket } from './ticket.ts';
import type { Toolbox, ToolDefinition, ToolResult } from './tools.ts';
import { readTopic } from './topic.ts';

export type TriageEvent =
  | { readonly type: 'step'; readonly tools: readonly string[] }
  | { readonly type: 'reply'; readonly text: string }
  | { readonly type: 'done'; readonly answer: Answer };

export interface Answer {
  readonly ticket: string;
  readonly topic: string;
  readonly outcome: 'answered' | 'refunded' | 'escalated';
  readonly reply: string;
  readonly refund?: unknown;
  readonly escalation?: unknown;
  readonly articles: readonly string[];
  readonly usage: { readonly steps: number; readonly tokens: number };
}

export interface Desk {
  readonly prompt: string;
  readonly model: Model;
  readonly toolbox: Toolbox;
  readonly conversations: Conversations;
  readonly limits: Limits;
  readonly refundLimit: number;
}

export interface Request {
  readonly requestId: string;
  readonly signal: AbortSignal;
  /** Tools that change something are not called. */
  readonly preview: boolean;
}

/** Asks the model what to do, does it, and asks again, until the model replies or the budget is spent. */
export async function* triage(ticket: Ticket, desk: Desk, request: Request): AsyncGenerator<TriageEvent> {
  const budget = new Budget(desk.limits);
  const tools = await desk.toolbox.list();
  const question: Message = { role: 'user', content: toMessage(ticket) };
  const messages: Message[] = [
    { role: 'system', content: desk.prompt },
    ...(await desk.conversations.read(ticket)),
    question,
  ];
  const results = new Map<string, ToolResult>();

  while (!budget.isSpent) {
    const turn = yield* readTopic(desk.model({ messages, tools, ...request }));
    budget.spend(turn.tokens);
    if (turn.calls.length === 0) {
      await desk.conversations.append(ticket, [question, { role: 'assistant', content: turn.text }]);
      yield {
        type: 'done',
        answer: summarize({ ticket, topic: turn.topic, reply: turn.text, results, budget }),
      };
      return;
    }
    yield { type: 'step', tools: turn.calls.map((call) => call.function.name) };
    messages.push({ role: 'assistant', content: null, tool_calls: turn.calls });
    const answers = await Promise.all(
      turn.calls.map((call) => runTool(call, ticket, { desk, tools, request })),
    );
    turn.calls.forEach((call, index) => {
      const result = answers[index] ?? {};
      results.set(call.function.name, result);
      messages.push({ role: 'tool', tool_call_id: call.id, content: JSON.stringify(result) });
    });
  }

  const reason = 'the agent used up its budget';
  results.set('escalate', request.preview ? { reason } : await handOver(ticket, reason, { desk, request }));
  const reply = 'A colleague takes over and writes to you within one working day.';
  yield { type: 'reply', text: reply };
  yield { type: 'done', answer: summarize({ ticket, topic: 'other', reply, results, budget }) };
}

interface ToolContext {
  readonly desk: Desk;
  readonly request: Request;
  readonly tools: readonly ToolDefinition[];
}

async function runTool(
  call: ToolCall,
  ticket: Ticket,
  { desk, request, tools }: ToolContext,
): Promise<ToolResult> {
  const guarded = guard(call, ticket, { tools, refundLimit: desk.refundLimit });
  if (guarded.kind === 'refuse') return { error: guarded.reason };
  if (guarded.kind === 'escalate') {
    const { reason } = guarded;
    return { escalated: request.preview ? { reason } : await handOver(ticket, reason, { desk, request }) };
  }
  const isReadOnly = tools.find(({ name }) => name === guarded.name)?.annotations?.readOnlyHint === true;
  if (request.preview && !isReadOnly) return { preview: true };
  return desk.toolbox.call(guarded.name, guarded.input, request.signal);
}

function handOver(
  ticket: Ticket,
  reason: string,
  { desk, request }: Omit<ToolContext, 'tools'>,
): Promise<ToolResult> {
  return desk.toolbox.call('escalate', { ...escalationFor(ticket), reason }, request.signal);
}

interface Findings {
  readonly ticket: Ticket;
  readonly topic: string;
  readonly reply: string;
  readonly results: ReadonlyMap<string, ToolResult>;
  readonly budget: Budget;
}

function summarize({ ticket, topic, reply, results, budget }: Findings): Answer {
  const refund = results.get('create_refund');
  const escalation = results.get('escalate') ?? refund?.['escalated'];
  const articles = (results.get('search_kb')?.['articles'] ?? []) as readonly { readonly id: string }[];
  const isRefunded = refund?.['id'] !== undefined;
  return {
    ticket: ticket.id,
    topic,
    outcome: escalation !== undefined ? 'escalated' : isRefunded ? 'refunded' : 'answered',
    reply,
    ...(isRefunded ? { refund } : {}),
    ...(escalation === undefined ? {} : { escalation }),
    articles: articles.map(({ id }) => id),
    usage: { steps: budget.steps, tokens: budget.tokens },
  };
}
