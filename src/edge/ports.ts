import { createServer } from 'node:net';
import { randomInt } from 'node:crypto';

import { DeployerError } from '../errors.ts';

/**
 * Below the range from which Linux (32768 on) and macOS (49152 on) take ports for outgoing connections: one of those
 * could occupy the port while an edge is restarted.
 */
const lowest = 20_000;
const beyond = 32_000;
const attempts = 100;

/** A port for an edge or a preview to keep: nobody listens on it now. */
export async function lastingFreePort(except: ReadonlySet<number> = new Set()): Promise<number> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const port = randomInt(lowest, beyond);
    if (!except.has(port) && (await isFree(port))) return port;
  }
  throw new DeployerError('edge_failed', {
    message: `No free port between ${lowest} and ${beyond}.`,
    hint: 'Give `edge: { port }` in deployer.yaml.',
    path: 'edge.port',
  });
}

function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen({ host: '127.0.0.1', port }, () => server.close(() => resolve(true)));
  });
}
