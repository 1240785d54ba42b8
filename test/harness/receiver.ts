import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';

/** What came to a receiver of webhooks. */
export interface Received {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: ReceivedBody;
}

export interface ReceivedBody {
  readonly id: string;
  readonly kind: string;
  readonly text: string;
  readonly integration: string;
  readonly environment: string;
  readonly run: string | null;
  readonly next: string;
  readonly alert: { readonly metric: string; readonly value: number | null; readonly since: string } | null;
}

/** A number is the status of the answer; a function answers by itself, or not at all. */
export type Answering = number | ((response: ServerResponse, received: Received) => void);

export interface Receiver extends AsyncDisposable {
  /** No slash at the end. */
  readonly url: string;
  /** Everything that came, whatever it was answered. */
  readonly received: readonly Received[];
  /** How the next ones are answered; the last way is kept. @default 204 */
  answer(...ways: readonly Answering[]): void;
}

/** A real one, on a port of this machine. */
export async function openReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  let ways: readonly Answering[] = [204];
  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body = JSON.parse(Buffer.concat(parts).toString()) as ReceivedBody;
    const one = { path: request.url ?? '', headers: request.headers, body };
    received.push(one);
    const [way = 204, ...later] = ways;
    if (later.length > 0) ways = later;
    if (typeof way === 'number') response.writeHead(way).end();
    else way(response, one);
  }
  const server = createServer((request, response) => {
    // One that its sender has cut off has nothing to answer.
    take(request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    answer: (...next) => void (ways = next),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
