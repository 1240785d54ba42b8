import { connect } from 'node:net';
// Only this module of the package: the whole of it would double the memory and the start-up time of a worker.
import Pool from 'undici/lib/dispatcher/pool.js';

import type { EdgeLimits } from '../limits.ts';

const probeEveryMs = 250;

/**
 * One replica of a deployment. When it refuses a connection it is taken out of the choice and asked, by opening a
 * connection, until it accepts again.
 */
export class Backend {
  readonly address: string;
  readonly hostname: string;
  readonly port: number;
  readonly pool: Pool;
  /** Exchanges that are open with it. */
  outstanding = 0;
  isUp = true;
  #probe: NodeJS.Timeout | null = null;
  readonly #connectMs: number;

  constructor(address: string, limits: EdgeLimits) {
    const url = new URL(`http://${address}`);
    this.address = address;
    this.hostname = url.hostname.replaceAll(/[[\]]/g, '');
    this.port = Number(url.port || 80);
    this.#connectMs = limits.connectMs;
    this.pool = new Pool(url.origin, {
      pipelining: 1,
      allowH2: false,
      connect: { timeout: limits.connectMs },
      headersTimeout: limits.answerMs,
      bodyTimeout: limits.silenceMs,
      // A replica that closes idle connections after five seconds, as many do, must not be faster than the edge.
      keepAliveTimeout: 4_000,
      maxHeaderSize: 4 * limits.headerBytes,
    });
  }

  markDown(): void {
    if (this.#probe !== null || this.pool.closed) return;
    this.isUp = false;
    this.#probe = setInterval(() => this.#tryAgain(), probeEveryMs).unref();
  }

  /** Takes no new exchange; those that are open go on to their end. */
  close(): void {
    this.#stopProbing();
    // Closing waits for open exchanges; what fails in one of them is reported to that exchange.
    this.pool.close().catch(() => {});
  }

  #tryAgain(): void {
    const socket = connect({ host: this.hostname, port: this.port, timeout: this.#connectMs });
    socket.unref();
    socket.once('connect', () => {
      this.isUp = true;
      this.#stopProbing();
      socket.destroy();
    });
    socket.once('timeout', () => socket.destroy());
    socket.once('error', () => {
      // Still down: the next turn asks again.
    });
  }

  #stopProbing(): void {
    if (this.#probe !== null) clearInterval(this.#probe);
    this.#probe = null;
  }
}
