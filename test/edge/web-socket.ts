import { createHash } from 'node:crypto';
import type { RequestListener } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocket } from 'undici';

import { type EdgeUnderTest, startUpstream, type Upstream } from './edge-harness.ts';

export interface OpenWebSocket {
  readonly deployment: string;
  /** Sends a text and returns the next one that comes back. */
  say(text: string): Promise<string>;
  close(): void;
}

/** A deployment that answers every WebSocket text (RFC 6455) with its name and the text. */
export async function startWebSocketUpstream(name: string, listener: RequestListener): Promise<Upstream> {
  const upstream = await startUpstream(name, listener);
  const sockets = new Set<Duplex>();
  upstream.server.on('upgrade', (request, socket, head) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    const key = `${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
    const accept = createHash('sha1').update(key).digest('base64');
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    socket.write(textFrame(name));
    if (head.length > 0) socket.unshift(head);
    socket.on('data', (frame: Buffer) => {
      if ((frame[0] ?? 0) % 16 === 8) socket.end(frame.subarray(0, 2));
      else socket.write(textFrame(`${name}: ${unmasked(frame)}`));
    });
  });
  return {
    ...upstream,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await upstream[Symbol.asyncDispose]();
    },
  };
}

export async function openWebSocket(edge: EdgeUnderTest): Promise<OpenWebSocket> {
  const socket = new WebSocket(`${edge.address.url.replace('https', 'wss')}/socket`, {
    dispatcher: edge.agent,
  });
  const next = (): Promise<string> =>
    new Promise((resolve, reject) => {
      socket.addEventListener('message', (event) => resolve(String(event.data)), { once: true });
      socket.addEventListener('error', () => reject(new Error('the socket failed')), { once: true });
    });
  return {
    deployment: await next(),
    say: (text) => {
      const answer = next();
      socket.send(text);
      return answer;
    },
    close: () => socket.close(),
  };
}

/** A whole text frame of less than 126 bytes, from a server: not masked. */
function textFrame(text: string): Buffer {
  const payload = Buffer.from(text);
  return Buffer.concat([Buffer.from([0x81, payload.length]), payload]);
}

/** The text of a whole frame of less than 126 bytes, from a client: masked. */
function unmasked(frame: Buffer): string {
  const mask = frame.subarray(2, 6);
  return Buffer.from(frame.subarray(6).map((byte, index) => byte ^ (mask[index % 4] ?? 0))).toString();
}
