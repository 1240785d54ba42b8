import { connect, createServer, type Server, type Socket } from 'node:net';

import type { Address } from '../runtime.ts';

const connectTimeoutMs = 2000;

/**
 * One address for all replicas of a component: each connection goes to the next ready replica, and to the one after
 * it when that refuses. It works on connections and knows no protocol, so that whatever a component speaks passes.
 */
export class Balancer {
  readonly #ready: () => readonly Address[];
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;
  #turn = 0;

  /** @param ready tells where the ready replicas are at that moment */
  constructor(ready: () => readonly Address[]) {
    this.#ready = ready;
    // With half-open sockets a client that has sent all it had still gets its answer.
    this.#server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (client) =>
      this.#accept(client),
    );
  }

  /** Starts to listen and returns the port, a free one unless it is given. @param host of this machine */
  listen(lastingPort: number | null = null, host = '127.0.0.1'): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ host, port: lastingPort ?? 0 }, () => {
        const address = this.#server.address();
        if (address === null || typeof address === 'string') reject(new Error('the balancer has no port'));
        else resolve(address.port);
      });
    });
  }

  /** Takes no more connections and cuts those that are open. */
  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  #accept(client: Socket): void {
    this.#track(client);
    client.on('error', () => client.destroy());
    const ready = this.#ready();
    this.#turn += 1;
    const first = this.#turn % Math.max(1, ready.length);
    this.#tryNext(client, [...ready.slice(first), ...ready.slice(0, first)]);
  }

  #tryNext(client: Socket, [replica, ...others]: readonly Address[]): void {
    if (client.destroyed) return;
    if (replica === undefined) {
      client.resetAndDestroy();
      return;
    }
    const upstream = connect({ ...replica, allowHalfOpen: true });
    this.#track(upstream);
    const timer = setTimeout(() => upstream.destroy(new Error('no connection in time')), connectTimeoutMs);
    const onRefused = () => {
      clearTimeout(timer);
      this.#tryNext(client, others);
    };
    upstream.once('error', onRefused);
    upstream.once('connect', () => {
      clearTimeout(timer);
      upstream.off('error', onRefused);
      // The client may have gone while the connection was made.
      if (client.destroyed) upstream.destroy();
      else join(client, upstream);
    });
  }

  #track(socket: Socket): void {
    this.#sockets.add(socket);
    socket.setNoDelay(true);
    socket.once('close', () => this.#sockets.delete(socket));
  }
}

/** Each side's end is passed on as an end, and its failure as a reset: nobody may take a cut answer for a whole one. */
function join(client: Socket, upstream: Socket): void {
  for (const [from, to] of [[client, upstream] as const, [upstream, client] as const]) {
    from.on('error', () => to.resetAndDestroy());
    from.once('close', () => {
      if (!from.readableEnded) to.resetAndDestroy();
    });
    from.pipe(to);
  }
}
