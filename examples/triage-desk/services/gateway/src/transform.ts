import type { Answer } from './agent.ts';
import { parseTicket, type Ticket } from './ticket.ts';
import { post } from './upstream.ts';

interface Mapped {
  readonly ticket: Ticket;
  /** What the partner sent that Ticket@1 has no place for. */
  readonly loss: readonly object[];
}

interface Request {
  readonly requestId: string;
  readonly signal: AbortSignal;
}

export interface Transform {
  readonly toTicket: (payload: unknown, request: Request) => Promise<Mapped>;
  readonly fromAnswer: (payload: unknown, answer: Answer, request: Request) => Promise<object>;
}

export function createTransform(url: string): Transform {
  async function call<Result>(path: string, body: unknown, request: Request): Promise<Result> {
    const response = await post(url + path, { ...request, body, timeoutMs: 3_000 });
    return (await response.json()) as Result;
  }

  return {
    async toTicket(payload, request) {
      const mapped = await call<Mapped>('/v1/inbound', { payload }, request);
      return { ...mapped, ticket: parseTicket(mapped.ticket) };
    },
    fromAnswer: (payload, answer, request) => call('/v1/outbound', { payload, answer }, request),
  };
}
