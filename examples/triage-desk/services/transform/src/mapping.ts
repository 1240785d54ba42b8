import { get, leaves, set, type Json } from './paths.ts';

/** A mapping file: which partner field is which of ours, and how coded values translate. */
export interface Mapping {
  readonly name: string;
  readonly inbound: {
    readonly fields: readonly (Field & { readonly ticket: string })[];
    readonly constants: Json;
  };
  readonly outbound: {
    readonly fields: readonly (Field & { readonly answer: string })[];
    /** Fields of the request that the answer repeats. */
    readonly echo: readonly string[];
  };
}

interface Field {
  readonly partner: string;
  /** Partner value -> ours. */
  readonly values?: Readonly<Record<string, string>>;
}

export interface Loss {
  readonly path: string;
  readonly reason: 'no such field in Ticket@1' | 'unknown value';
}

export function toTicket(mapping: Mapping, payload: unknown): { ticket: Json; loss: readonly Loss[] } {
  let ticket = mapping.inbound.constants;
  const loss: Loss[] = [];
  for (const field of mapping.inbound.fields) {
    const value = get(payload, field.partner);
    const translated = translate(field, value);
    if (value !== undefined && translated === undefined)
      loss.push({ path: field.partner, reason: 'unknown value' });
    ticket = set(ticket, field.ticket, translated);
  }
  const known = new Set(mapping.inbound.fields.map((field) => field.partner));
  const unknown = leaves(payload).filter((path) => !known.has(path));
  loss.push(...unknown.map((path) => ({ path, reason: 'no such field in Ticket@1' }) as const));
  return { ticket, loss };
}

/** The way back: the partner payload that maps to this ticket. */
export function fromTicket(mapping: Mapping, ticket: unknown): Json {
  return mapping.inbound.fields.reduce<Json>(
    (payload, field) => set(payload, field.partner, translateBack(field, get(ticket, field.ticket))),
    {},
  );
}

export function fromAnswer(mapping: Mapping, payload: unknown, answer: unknown): Json {
  const echoed = mapping.outbound.echo.reduce<Json>(
    (result, path) => set(result, path, get(payload, path)),
    {},
  );
  return mapping.outbound.fields.reduce<Json>(
    (result, field) => set(result, field.partner, translateBack(field, get(answer, field.answer))),
    echoed,
  );
}

function translate(field: Field, value: unknown): unknown {
  if (field.values === undefined) return value;
  return typeof value === 'string' && Object.hasOwn(field.values, value) ? field.values[value] : undefined;
}

function translateBack(field: Field, value: unknown): unknown {
  if (field.values === undefined) return value;
  return Object.entries(field.values).find(([, ours]) => ours === value)?.[0];
}
