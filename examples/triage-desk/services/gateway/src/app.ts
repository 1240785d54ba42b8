import { randomUUID } from 'node:crypto';
import { Hono, type Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { requestId, type RequestIdVariables } from 'hono/request-id';
import { streamSSE } from 'hono/streaming';
import { lastAnswer, type Agent, type AgentEvent, type Answer, type Request } from './agent.ts';
import type { Authenticate } from './auth.ts';
import { fingerprint, type Answers, type NewClaim } from './idempotency.ts';
import { parseJson } from './json.ts';
import { log } from './log.ts';
import { answerProblem, Problem } from './problem.ts';
import { redact } from './redact.ts';
import { parseTicket, type AcceptedTicket, type Ticket } from './ticket.ts';
import type { Transform } from './transform.ts';

const BODY_LIMIT_BYTES = 64 * 1024;

export interface Dependencies {
  readonly authenticate: Authenticate;
  readonly agent: Agent;
  readonly transform: Transform;
  readonly answers: Answers<Answer>;
  readonly takePreview: () => void;
  readonly isReady: () => Promise<boolean>;
}

export function createApp(dependencies: Dependencies): Hono<{ Variables: RequestIdVariables }> {
  const { authenticate, agent, transform, answers, takePreview, isReady } = dependencies;
  const app = new Hono<{ Variables: RequestIdVariables }>();

  app.get('/healthz', (context) => context.text('ok'));
  app.get('/readyz', async (context) =>
    (await isReady()) ? context.text('ready') : context.text('waiting', 503),
  );

  app.use(requestId());
  app.use(logRequest);
  app.use(bodyLimit({ maxSize: BODY_LIMIT_BYTES, onError: () => rejectBody() }));
  app.onError(answerProblem);
  app.notFound((context) => answerProblem(new Problem(404, 'No such path'), context));

  app.post('/v1/tickets', async (context) => {
    const { subject } = await authenticate(context.req.header('authorization'), 'tickets:write');
    const body = await context.req.text();
    const key = context.req.header('idempotency-key');
    const ticket = accept(parseTicket(parseJson(body)), subject, key);
    const claim = key === undefined ? undefined : await answers.claim(subject, key, fingerprint(body));
    const events =
      claim?.state === 'stored' ? replay(claim.answer) : remember(agent(ticket, request(context)), claim);
    if (!context.req.header('accept')?.includes('text/event-stream'))
      return context.json(await lastAnswer(events));
    return streamEvents(context, events);
  });

  app.post('/v1/partner/webhook', async (context) => {
    const { subject } = await authenticate(context.req.header('authorization'), 'partner:write');
    const payload = parseJson(await context.req.text());
    const { ticket } = await transform.toTicket(payload, request(context));
    const accepted = accept(ticket, subject, context.req.header('idempotency-key'));
    const answer = await lastAnswer(agent(accepted, request(context)));
    return context.json(await transform.fromAnswer(payload, answer, request(context)));
  });

  // For partners to try their payloads: no token, no effects, and what our ticket has no place for.
  app.post('/v1/partner/preview', async (context) => {
    takePreview();
    const payload = parseJson(await context.req.text());
    const { ticket, loss } = await transform.toTicket(payload, request(context));
    const accepted = accept(ticket, 'preview');
    const answer = await lastAnswer(agent(accepted, { ...request(context), preview: true }));
    return context.json({
      loss,
      ticket: accepted,
      answer: await transform.fromAnswer(payload, answer, request(context)),
    });
  });

  return app;
}

/**
 * The ticket as the other components see it, without personal data. With a key, the id follows from it: a retry that
 * reaches the tools again finds its own refund there.
 */
function accept(ticket: Ticket, subject: string, key: string = randomUUID()): AcceptedTicket {
  return {
    ...ticket,
    subject: redact(ticket.subject),
    text: redact(ticket.text),
    id: `T-${fingerprint(`${subject}\n${key}`).slice(0, 16)}`,
    receivedAt: new Date().toISOString(),
  };
}

function request(context: Context<{ Variables: RequestIdVariables }>): Request {
  return { requestId: context.get('requestId'), signal: context.req.raw.signal };
}

async function* replay(answer: Answer): AsyncGenerator<AgentEvent> {
  yield { type: 'reply', text: answer.reply };
  yield { type: 'done', answer };
}

/** The answer is stored before the caller sees it; without an answer the key is free again. */
async function* remember(
  events: AsyncGenerator<AgentEvent>,
  claim?: NewClaim<Answer>,
): AsyncGenerator<AgentEvent> {
  try {
    for await (const event of events) {
      if (event.type === 'done') await claim?.store(event.answer);
      yield event;
    }
  } finally {
    await claim?.release();
  }
}

async function streamEvents(context: Context, events: AsyncGenerator<AgentEvent>): Promise<Response> {
  // The first event decides about the status: an agent that cannot begin is a 502, not an empty stream.
  const first = await events.next();
  return streamSSE(
    context,
    async (stream) => {
      for (let event = first; event.done !== true; event = await events.next()) {
        const { type, ...data } = event.value;
        await stream.writeSSE({ event: type, data: JSON.stringify(data) });
      }
    },
    async (error) => log('stream failed', { requestId: context.get('requestId'), error: error.stack }),
  );
}

function rejectBody(): never {
  throw new Problem(413, `The body is larger than ${BODY_LIMIT_BYTES} bytes`);
}

async function logRequest(context: Context, next: () => Promise<void>): Promise<void> {
  const startedAt = performance.now();
  await next();
  const { method, path } = context.req;
  const ms = Math.round(performance.now() - startedAt);
  log('request', { requestId: context.get('requestId'), method, path, status: context.res.status, ms });
}
