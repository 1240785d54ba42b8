import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { Problem } from './problem.ts';

/** Ticket@1; `schemas/ticket.v1.json` says what each field may hold. */
export interface Ticket {
  readonly subject: string;
  readonly text: string;
  readonly customer: string;
  readonly order?: string;
  readonly locale?: string;
  readonly priority?: 'low' | 'normal' | 'high' | 'urgent';
  readonly channel?: 'web' | 'email' | 'partner';
  readonly conversation?: string;
}

/** What the agent receives: the ticket plus what only the gateway knows. */
export interface AcceptedTicket extends Ticket {
  readonly id: string;
  readonly receivedAt: string;
}

const schema: object = JSON.parse(
  readFileSync(new URL('../schemas/ticket.v1.json', import.meta.url), 'utf8'),
);
const isTicket = new Ajv({ allErrors: true }).compile<Ticket>(schema);

export function parseTicket(value: unknown): Ticket {
  if (isTicket(value)) return value;
  const errors = (isTicket.errors ?? []).map((error) => ({
    path: error.instancePath || '/',
    message: error.message ?? 'is invalid',
  }));
  throw new Problem(422, 'The ticket is not valid', { errors });
}
