import { createServer } from 'node:http';

import { answer } from './answer.js';

const largestQuestion = 64 * 1024;

const server = createServer((request, response) => {
  const route = `${request.method} ${request.url?.split('?')[0]}`;
  if (route === 'GET /healthz' || route === 'GET /readyz') return send(response, 200, { status: 'ok' });
  if (route !== 'POST /v1/messages')
    return send(response, 404, { error: 'POST /v1/messages, with {"text": "…"}' });
  let body = '';
  request.setEncoding('utf8');
  request.on('data', (part) => {
    body += part;
    if (body.length > largestQuestion) request.destroy();
  });
  request.on('end', () => send(response, ...reply(body)));
});

/** @returns {[status: number, body: object]} */
function reply(body) {
  try {
    const { text } = JSON.parse(body);
    if (typeof text === 'string' && text.trim() !== '') return [200, { text: answer(text, new Date()) }];
  } catch {
    // Answered below: it is no JSON.
  }
  return [400, { error: 'Send {"text": "…"}.' }];
}

function send(response, status, body) {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(`${JSON.stringify(body)}\n`);
}

server.listen(Number(process.env.PORT ?? 8080), process.env.HOST ?? '127.0.0.1');
// Told to stop, it finishes what it has begun.
process.on('SIGTERM', () => server.close());
