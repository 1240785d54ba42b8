import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:tls';

import type { Address } from './users.ts';

/** A connection that has left HTTP, as a web socket does; the fixture answers what it is told. */
export interface WebSocket {
  say(text: string): Promise<string>;
  close(): Promise<void>;
}

export async function openWebSocket({ url, caFile }: Address): Promise<WebSocket> {
  if (url === null || caFile === null) throw new Error('the environment has no address yet');
  const { hostname, port, host } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), ca: await readFile(caFile, 'utf8') });
  await once(socket, 'secureConnect');
  socket.setEncoding('utf8');

  async function say(text: string): Promise<string> {
    const answer = once(socket, 'data', { signal: AbortSignal.timeout(30_000) });
    socket.write(text);
    const [data] = (await answer) as [string];
    return data;
  }

  const upgrade = ['GET /socket HTTP/1.1', `Host: ${host}`, 'Connection: Upgrade', 'Upgrade: websocket'];
  const key = ['Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', 'Sec-WebSocket-Version: 13'];
  const answer = await say(`${[...upgrade, ...key].join('\r\n')}\r\n\r\n`);
  if (!answer.startsWith('HTTP/1.1 101')) throw new Error(`no upgrade: ${answer}`);
  return {
    say,
    async close() {
      const closed = once(socket, 'close');
      socket.end();
      socket.resume();
      await closed;
    },
  };
}
