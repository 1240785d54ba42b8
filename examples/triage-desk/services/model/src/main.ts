import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { chunks, completion, type ChatRequest, type Turn } from './chat.ts';
import { classify, loadWeights } from './classifier.ts';
import { readDialogue } from './dialogue.ts';
import { nextTurn } from './policy.ts';

const MODEL = 'triage-sim-1';
/** Slows streams down to the pace of a real model. */
const chunkDelayMs = Number(process.env['CHUNK_DELAY_MS'] ?? 0);
const weights = loadWeights();

const server = createServer((request, response) => {
  route(request, response).catch((error: unknown) => {
    log('request failed', { requestId: request.headers['x-request-id'], error: String(error) });
    if (response.headersSent) return response.destroy();
    return send(response, error instanceof SyntaxError ? 400 : 500, {
      error: { message: 'the request failed' },
    });
  });
});

async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
  switch (`${request.method} ${request.url}`) {
    case 'GET /healthz':
    case 'GET /readyz':
      return send(response, 200, { model: MODEL });
    case 'GET /v1/models':
      return send(response, 200, {
        object: 'list',
        data: [{ id: MODEL, object: 'model', owned_by: 'triage-desk' }],
      });
    case 'POST /v1/chat/completions': {
      const chat = (await json(request)) as ChatRequest;
      if (chat.model !== MODEL)
        return send(response, 404, { error: { message: `there is no model ${chat.model}` } });
      const turn = complete(chat);
      return chat.stream === true
        ? stream(response, chat, turn)
        : send(response, 200, completion(chat, turn));
    }
    default:
      return send(response, 404, { error: { message: 'no such path' } });
  }
}

function complete(chat: ChatRequest): Turn {
  const dialogue = readDialogue(chat);
  const { intent, confidence } = classify(weights, dialogue.ticket);
  return nextTurn(dialogue, intent, confidence);
}

async function stream(response: ServerResponse, chat: ChatRequest, turn: Turn): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const chunk of chunks(chat, turn)) {
    if (chunkDelayMs > 0) await delay(chunkDelayMs);
    response.write(`data: ${JSON.stringify(chunk)}\n\n`);
  }
  response.end('data: [DONE]\n\n');
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function log(message: string, fields: object): void {
  console.log(JSON.stringify({ at: new Date().toISOString(), component: 'model', message, ...fields }));
}

server.listen({ host: process.env['HOST'] ?? '127.0.0.1', port: Number(process.env['PORT'] ?? 8080) }, () => {
  log('listening', { model: MODEL });
});

// Streams in flight are finished first.
process.once('SIGTERM', () => server.close(() => process.exit(0)));
