import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';

export interface OpenStreams extends Disposable {
  /** Those that are still open. */
  readonly count: number;
}

/** Opens streams, each on a connection of its own; resolves when each has said something. */
export async function openStreams(url: string, count: number, cert: Buffer): Promise<OpenStreams> {
  const agent = new Agent({ ca: cert, keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });
  const streams: IncomingMessage[] = [];
  const together = 50;
  while (streams.length < count) {
    streams.push(...(await Promise.all(Array.from({ length: together }, () => openOne(url, agent)))));
  }
  return {
    get count() {
      return streams.filter(({ readableEnded, destroyed }) => !readableEnded && !destroyed).length;
    },
    [Symbol.dispose]: () => agent.destroy(),
  };
}

async function openOne(url: string, agent: Agent): Promise<IncomingMessage> {
  const signal = AbortSignal.timeout(30_000);
  const asked = request(url, { agent });
  asked.end();
  const [response] = (await once(asked, 'response', { signal })) as [IncomingMessage];
  if (response.statusCode !== 200) throw new Error(`${url} answered ${response.statusCode}`);
  response.on('error', () => {
    // It was cut: its state says so.
  });
  await once(response, 'data', { signal });
  response.resume();
  return response;
}
