import { Hono } from 'hono';
import { stream } from 'hono/streaming';
import { log } from './log.ts';
import type { Ticket } from './ticket.ts';
import { triage, type Answer, type Desk } from './triage.ts';

interface TriageBody {
  readonly ticket: Ticket;
  readonly preview: boolean;
}

/** Answers one JSON event per line. */
export function createApp(desk: Desk, isReady: () => Promise<boolean>): Hono {
  const app = new Hono();

  app.get('/healthz', (context) => context.text('ok'));
  app.get('/readyz', async (context) =>
    (await isReady()) ? context.text('ready') : context.text('waiting', 503),
  );

  app.onError((error, context) => {
    log('triage failed', { requestId: context.req.header('x-request-id'), error: error.stack });
    return context.json({ error: 'the ticket could not be answered' }, 500);
  });

  app.post('/v1/triage', async (context) => {
    const { ticket, preview } = await context.req.json<TriageBody>();
    const requestId = context.req.header('x-request-id') ?? ticket.id;
    const events = triage(ticket, desk, { preview, requestId, signal: context.req.raw.signal });
    // The first event decides about the status; what fails later can only be told inside the stream.
    const first = await events.next();
    context.header('content-type', 'application/x-ndjson');
    return stream(
      context,
      async (output) => {
        for (let event = first; event.done !== true; event = await events.next()) {
          if (event.value.type === 'done') logAnswer(requestId, event.value.answer);
          await output.write(`${JSON.stringify(event.value)}\n`);
        }
      },
      async (error, output) => {
        log('triage failed', { requestId, error: error.stack });
        await output.write(
          `${JSON.stringify({ type: 'error', message: 'the ticket could not be answered' })}\n`,
        );
      },
    );
  });

  return app;
}

function logAnswer(requestId: string, { ticket, topic, outcome, usage }: Answer): void {
  log('answered', { requestId, ticket, topic, outcome, ...usage });
}
