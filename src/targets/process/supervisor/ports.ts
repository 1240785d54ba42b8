import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

import { freePort } from '../../../lib/free-port.ts';

/**
 * Ports are taken below 32768, where Linux begins to hand out local ports for outgoing connections: one of those could
 * take a replica's port between its end and its restart.
 */
const lowest = 20_000;
const highest = 32_000;

/**
 * The port for the next start of a replica: the one it had, so that whoever was told its address stays right, unless
 * another program took it meanwhile.
 */
export async function choosePort(kept: number | null, taken: ReadonlySet<number>): Promise<number> {
  if (kept !== null && (await isFree(kept))) return kept;
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const port = randomInt(lowest, highest);
    if (!taken.has(port) && (await isFree(port))) return port;
  }
  return freePort();
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ host: '127.0.0.1', port }, () => server.close(() => resolve(true)));
  });
}
