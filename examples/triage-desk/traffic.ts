import { createToken } from './tests/support/token.ts';

/** Tickets as a shop's customers write them: many customers, languages and topics. The same seed, the same tickets. */
export interface TicketRequest {
  readonly path: string;
  readonly method: 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

// Browsers write `de-DE`, phones write `de_DE`; the schema allows both.
const LOCALES = ['en', 'en-GB', 'de-DE', 'nl', 'en_US', 'de_DE', 'fr_FR', 'pt_BR', 'it_IT', 'es_ES'];

const QUESTIONS = [
  'Where is ORDER? It should have been here by now.',
  'ORDER arrived damaged, I would like a refund please.',
  'I want my money back for ORDER.',
  'How do I descale the kettle?',
  'Can I wash the rain jacket in the machine?',
  'How do I reset my password?',
  'My account is locked, please help.',
  'What is the status of ORDER?',
  'Nobody answers my letters, I want to speak to a manager.',
  'Do you sell gift cards?',
  'How can I pair the headphones with my phone?',
  'The parcel with ORDER is late. You can reach me at someone@example.org.',
];

export function* tickets(seed: number): Generator<TicketRequest> {
  const pick = createPicker(seed);
  const token = createToken();
  for (;;) {
    const customer = String(1000 + pick(9000));
    const order = `ORD-${customer}${String(pick(100)).padStart(2, '0')}`;
    const question = QUESTIONS[pick(QUESTIONS.length)] ?? '';
    const ticket = {
      subject: question.split(/[.,?]/)[0]?.replace('ORDER', 'my order') ?? 'Question',
      text: question.replace('ORDER', order),
      customer: `C-${customer}`,
      locale: LOCALES[pick(LOCALES.length)],
      ...(question.includes('ORDER') ? { order } : {}),
    };
    const headers = {
      'content-type': 'application/json',
      authorization: `Bearer ${token}`,
      ...(pick(4) === 0 ? { 'idempotency-key': `traffic-${seed}-${customer}-${pick(1_000_000)}` } : {}),
    };
    yield { path: '/v1/tickets', method: 'POST', headers, body: JSON.stringify(ticket) };
  }
}

/** Whole numbers below a bound, from a linear congruential generator; its high bits are the random ones. */
function createPicker(seed: number): (bound: number) => number {
  let state = BigInt(seed);
  return (bound) => {
    state = (state * 6_364_136_223_846_793_005n + 1_442_695_040_888_963_407n) % 2n ** 64n;
    return Number((state >> 33n) % BigInt(bound));
  };
}
