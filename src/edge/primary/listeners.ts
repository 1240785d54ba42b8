import { createServer, type Server, type Socket } from 'node:net';

import { DeployerError } from '../../errors.ts';
import { isNodeError } from '../../lib/node-error.ts';

const addresses = ['127.0.0.1', '::1'] as const;

/**
 * The ports on which an edge accepts connections, on this machine only. The connections are handed on unread: the
 * process that listens never ends while workers come and go, so nobody is refused meanwhile.
 */
export class Listeners {
  readonly #servers = new Map<number, readonly Server[]>();
  readonly #take: (socket: Socket) => void;

  constructor(take: (socket: Socket) => void) {
    this.#take = take;
  }

  get ports(): readonly number[] {
    return [...this.#servers.keys()];
  }

  /** Listens on all of these ports, or on none that it did not have before. Throws `edge_port_in_use`. */
  async open(ports: readonly number[]): Promise<void> {
    const added: number[] = [];
    try {
      for (const port of ports) {
        if (this.#servers.has(port)) continue;
        this.#servers.set(port, await this.#listen(port));
        added.push(port);
      }
    } catch (error) {
      for (const port of added) this.#close(port);
      throw error;
    }
  }

  /** Accepts nothing any more on ports other than these. Connections that are open stay so. */
  keepOnly(ports: readonly number[]): void {
    for (const port of this.ports) if (!ports.includes(port)) this.#close(port);
  }

  async #listen(port: number): Promise<readonly Server[]> {
    const servers: Server[] = [];
    try {
      for (const host of addresses) {
        const server = await this.#listenOn(host, port);
        if (server !== null) servers.push(server);
      }
      return servers;
    } catch (error) {
      for (const server of servers) server.close();
      throw error;
    }
  }

  #listenOn(host: string, port: number): Promise<Server | null> {
    const server = createServer({ pauseOnConnect: true, noDelay: true }, this.#take);
    return new Promise((resolve, reject) => {
      server.once('error', (error) => {
        // A machine without IPv6 has no ::1.
        if (isNodeError(error) && ['EADDRNOTAVAIL', 'EAFNOSUPPORT'].includes(error.code)) resolve(null);
        else reject(portError(port, error));
      });
      server.listen({ host, port, backlog: 1024 }, () => {
        // Accepting fails now and then (no descriptors left); the server goes on by itself.
        server.on('error', () => {});
        resolve(server);
      });
    });
  }

  #close(port: number): void {
    for (const server of this.#servers.get(port) ?? []) server.close();
    this.#servers.delete(port);
  }
}

function portError(port: number, cause: Error): DeployerError {
  if (isNodeError(cause) && cause.code === 'EADDRINUSE') {
    return new DeployerError('edge_port_in_use', {
      message: `Port ${port} of the edge is in use by another program.`,
      hint: `End the program that listens on port ${port}, or give \`edge: { port }\` another one in deployer.yaml.`,
      path: 'edge.port',
      cause,
    });
  }
  return new DeployerError('edge_failed', {
    message: `The edge cannot listen on port ${port}: ${cause.message}.`,
    hint: 'Give `edge: { port }` a port above 1023 in deployer.yaml.',
    path: 'edge.port',
    cause,
  });
}
