import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { fromAnswer, toTicket, type Mapping } from './mapping.ts';

const mapping: Mapping = JSON.parse(
  readFileSync(new URL('../mappings/helpdesk.json', import.meta.url), 'utf8'),
);

const server = createServer((request, response) => {
  route(request, response).catch((error: unknown) => {
    log('request failed', { requestId: request.headers['x-request-id'], error: String(error) });
    send(response, error instanceof SyntaxError ? 400 : 500, { error: 'the payload could not be mapped' });
  });
});

async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
  switch (`${request.method} ${request.url}`) {
    case 'GET /healthz':
    case 'GET /readyz':
      return send(response, 200, { mapping: mapping.name });
    case 'POST /v1/inbound': {
      const { payload } = (await json(request)) as { payload: unknown };
      return send(response, 200, toTicket(mapping, payload));
    }
    case 'POST /v1/outbound': {
      const { payload, answer } = (await json(request)) as { payload: unknown; answer: unknown };
      return send(response, 200, fromAnswer(mapping, payload, answer));
    }
    default:
      return send(response, 404, { error: 'no such path' });
  }
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function log(message: string, fields: object): void {
  console.log(JSON.stringify({ at: new Date().toISOString(), component: 'transform', message, ...fields }));
}

server.listen({ host: process.env['HOST'] ?? '127.0.0.1', port: Number(process.env['PORT'] ?? 8080) }, () => {
  log('listening', { mapping: mapping.name });
});

// Requests in flight are finished first.
process.once('SIGTERM', () => server.close(() => process.exit(0)));
