import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';

export class BodyTooLarge extends Error {}

/**
 * The body of a request as it arrives. Nothing is read before the deployment's connection stands, so a request whose
 * connection failed can still go to another replica. `onRead` is called before the first byte is read.
 */
export function requestBody(request: IncomingMessage, maxBytes: number, onRead: () => void): Readable {
  // undici takes any async iterable; its type for a body does not say so.
  return chunks(request, maxBytes, onRead) as unknown as Readable;
}

async function* chunks(
  request: IncomingMessage,
  maxBytes: number,
  onRead: () => void,
): AsyncGenerator<Buffer> {
  onRead();
  let bytes = 0;
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > maxBytes) throw new BodyTooLarge();
      yield chunk;
    }
  } finally {
    // A deployment that answers early must not cost the client its connection: the rest is read and dropped.
    request.resume();
  }
}
