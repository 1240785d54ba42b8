import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

export interface PortSearch {
  readonly lowest: number;
  /** The first that is out of the range. */
  readonly beyond: number;
  readonly except?: ReadonlySet<number>;
}

/** Tries; a range in which so many are taken is full. */
const attempts = 100;

/** A TCP port of a range on 127.0.0.1 that nobody listens on at this moment; null when none is found. */
export async function freePortIn({ lowest, beyond, except = new Set() }: PortSearch): Promise<number | null> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const port = randomInt(lowest, beyond);
    if (!except.has(port) && (await isPortFree(port))) return port;
  }
  return null;
}

export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ host: '127.0.0.1', port }, () => server.close(() => resolve(true)));
  });
}

/** A TCP port on 127.0.0.1 that nobody listens on at this moment. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.unref();
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port: 0 }, () => {
      const address = server.address();
      server.close(() => {
        if (address === null || typeof address === 'string') reject(new Error('no port was given'));
        else resolve(address.port);
      });
    });
  });
}
