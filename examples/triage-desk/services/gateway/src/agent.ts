import { Problem } from './problem.ts';
import { redact, RedactingStream } from './redact.ts';
import type { AcceptedTicket } from './ticket.ts';
import { post } from './upstream.ts';

export interface Answer {
  readonly ticket: string;
  readonly topic: string;
  readonly outcome: 'answered' | 'refunded' | 'escalated';
  readonly reply: string;
  readonly refund?: { readonly id: string; readonly amount: number; readonly currency: string };
  readonly escalation?: { readonly id: string; readonly reason: string };
  readonly articles: readonly string[];
  readonly usage: { readonly steps: number; readonly tokens: number };
}

export type AgentEvent =
  | { readonly type: 'step'; readonly tools: readonly string[] }
  | { readonly type: 'reply'; readonly text: string }
  | { readonly type: 'done'; readonly answer: Answer }
  | { readonly type: 'error'; readonly message: string };

export interface Request {
  readonly requestId: string;
  readonly signal: AbortSignal;
  /** Tools that change something are not called. */
  readonly preview?: boolean;
}

export type Agent = (ticket: AcceptedTicket, request: Request) => AsyncGenerator<AgentEvent>;

/** The agent speaks one JSON event per line. Personal data is taken out of its replies, whatever a tool told it. */
export function createAgent(url: string, timeoutMs: number): Agent {
  return async function* triage(ticket, { preview = false, ...request }) {
    const response = await post(`${url}/v1/triage`, { ...request, timeoutMs, body: { ticket, preview } });
    const reply = new RedactingStream();
    for await (const line of lines(response.body)) {
      const event: AgentEvent = JSON.parse(line);
      if (event.type === 'reply') {
        const text = reply.push(event.text);
        if (text !== '') yield { type: 'reply', text };
      } else if (event.type === 'done') {
        yield { type: 'reply', text: reply.flush() };
        yield { type: 'done', answer: { ...event.answer, reply: redact(event.answer.reply) } };
      } else {
        yield event;
      }
    }
  };
}

/** For callers that do not stream. */
export async function lastAnswer(events: AsyncGenerator<AgentEvent>): Promise<Answer> {
  for await (const event of events) {
    if (event.type === 'done') return event.answer;
    if (event.type === 'error') break;
  }
  throw new Problem(502, 'The agent ended without an answer');
}

async function* lines(body: Response['body']): AsyncGenerator<string> {
  let rest = '';
  for await (const text of (body ?? new Blob([]).stream()).pipeThrough(new TextDecoderStream())) {
    const parts = (rest + text).split('\n');
    rest = parts.pop() ?? '';
    yield* parts;
  }
}
