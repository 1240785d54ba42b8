import type { Server } from 'node:https';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

import type { EdgeRoutes } from '../../core/switching/edge.ts';
import type { ServerCertificate } from '../certificate/server-certificate.ts';
import type { EdgeLimits } from '../limits.ts';
import type { Traffic, WorkerConfiguration } from '../worker-messages.ts';
import { AccessLog } from './access-log.ts';
import { RefusalCounter } from './refusal-counter.ts';
import { Router } from './router.ts';
import { createEdgeServer } from './server.ts';

/** The longest that exchanges take to notice that their connection was closed. */
const cutMs = 1000;

/** One of the processes that carry the traffic of an edge. */
export class EdgeWorker {
  readonly #limits: EdgeLimits;
  readonly #router: Router;
  readonly #log: AccessLog;
  readonly #refusals: RefusalCounter = new RefusalCounter();
  readonly #server: Server;
  #isDraining = false;
  readonly #connections = new Set<Socket>();

  constructor(configuration: WorkerConfiguration) {
    this.#limits = configuration.limits;
    this.#router = new Router(configuration.limits);
    this.#router.put(configuration.routes);
    this.#log = new AccessLog(configuration.accessLog);
    const context = {
      limits: configuration.limits,
      router: this.#router,
      log: this.#log,
      refusals: this.#refusals,
      probeToken: Buffer.from(configuration.probeToken),
      isDraining: () => this.#isDraining,
    };
    this.#server = createEdgeServer(configuration, context);
    // Node begins to watch over slow clients when a server listens; this one gets its connections by hand.
    this.#server.emit('listening');
  }

  /** Takes over a connection that the primary accepted. */
  accept(socket: Socket): void {
    if (this.#connections.size >= this.#limits.connections) {
      this.#refusals.count('too_many_connections');
      socket.destroy();
      return;
    }
    this.#connections.add(socket);
    socket.once('close', () => this.#connections.delete(socket));
    this.#server.emit('connection', socket);
  }

  put(routes: EdgeRoutes): void {
    this.#router.put(routes);
  }

  measure(): Traffic {
    return { ...this.#router.measure(), refused: this.#refusals.read() };
  }

  setCertificate(certificate: ServerCertificate): void {
    this.#server.setSecureContext({ ...certificate, minVersion: 'TLSv1.2' });
  }

  get #isServing(): boolean {
    return Object.values(this.measure().deployments).some(({ active }) => active > 0);
  }

  /** Ends idle connections at once and the others with their answer, or when the time is over. */
  async drain(withinMs: number = this.#limits.drainMs): Promise<void> {
    this.#isDraining = true;
    const endsAt = performance.now() + withinMs;
    while (this.#connections.size > 0 && performance.now() < endsAt) {
      this.#server.closeIdleConnections();
      await delay(20);
    }
    for (const socket of this.#connections) socket.destroy();
    // What was cut has a line, too, and is counted, as soon as it knows.
    const knownBy = performance.now() + cutMs;
    while (this.#isServing && performance.now() < knownBy) await delay(5);
    await this.#log[Symbol.asyncDispose]();
  }
}
