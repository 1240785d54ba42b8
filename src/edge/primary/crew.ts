import type { Socket } from 'node:net';

import type { EdgeRoutes } from '../../core/edge.ts';
import type { ServerCertificate } from '../certificate/server-certificate.ts';
import type { Traffic, WorkerConfiguration } from '../worker-messages.ts';
import { addTraffic, endedTraffic } from './traffic-sum.ts';
import { WorkerProcess } from './worker-process.ts';

/** Connections that wait for a worker; more are refused. */
const mostWaiting = 1024;
/** Shortest time between two starts in the place of one that died at once. */
const restartAfterMs = 200;

/** The workers of an edge: replaced when they die, told everything that they must know, and asked what they counted. */
export class Crew {
  #workers: WorkerProcess[] = [];
  /** Too many by now: they get no connection, but what they have open is counted, and routed as everywhere. */
  #leaving: WorkerProcess[] = [];
  #turn = 0;
  #size = 0;
  #endedTraffic: Traffic = { deployments: {}, previews: {} };
  #isEnding = false;
  readonly #waiting: Socket[] = [];
  readonly #configuration: () => WorkerConfiguration;

  /** `configuration` is asked when a worker starts: it then gets what is in force at that moment. */
  constructor(configuration: () => WorkerConfiguration) {
    this.#configuration = configuration;
  }

  /** Hands a connection to the workers in turn, as soon as one can take it. */
  take(socket: Socket): void {
    if (this.#waiting.length >= mostWaiting) socket.destroy();
    else {
      this.#waiting.push(socket);
      this.#handOver();
    }
  }

  /**
   * Brings the number of workers to `size` and resolves when all of them can serve. One that is too many finishes what
   * it has open, however long that takes.
   */
  async resize(size: number): Promise<void> {
    this.#size = size;
    while (this.#workers.length < size) this.#start();
    const surplus = this.#workers.splice(size);
    this.#leaving.push(...surplus);
    for (const worker of surplus) worker.tell({ type: 'leave' });
    await Promise.all(this.#workers.map((worker) => worker.started));
  }

  /** Resolves when every worker routes by these routes. */
  async put(routes: EdgeRoutes): Promise<void> {
    const ask = (worker: WorkerProcess): Promise<void> =>
      worker.ask({ type: 'routes', sequence: worker.nextSequence(), routes });
    await Promise.all(this.#all.map(ask));
  }

  setCertificate(certificate: ServerCertificate): void {
    for (const worker of this.#all) worker.tell({ type: 'certificate', certificate });
  }

  /** What all workers have counted, those that ended included. */
  async measure(): Promise<Traffic> {
    const ask = (worker: WorkerProcess): Promise<void> =>
      worker.ask({ type: 'measure', sequence: worker.nextSequence() });
    await Promise.all(this.#all.filter((worker) => worker.isReady).map(ask));
    return this.#all.map((worker) => worker.traffic).reduce(addTraffic, this.#endedTraffic);
  }

  /** Ends all workers, after what they have open or the drain time. */
  async end(): Promise<void> {
    this.#isEnding = true;
    for (const socket of this.#waiting.splice(0)) socket.destroy();
    const workers = this.#all;
    for (const worker of workers) worker.tell({ type: 'drain' });
    await Promise.all(workers.map((worker) => worker.ended));
  }

  get #all(): readonly WorkerProcess[] {
    return [...this.#workers, ...this.#leaving];
  }

  #start(): void {
    const startedAt = performance.now();
    const worker = new WorkerProcess(this.#configuration, () => this.#handOver());
    this.#workers.push(worker);
    void worker.ended.then(() => {
      this.#endedTraffic = endedTraffic(addTraffic(this.#endedTraffic, worker.traffic));
      this.#workers = this.#workers.filter((other) => other !== worker);
      this.#leaving = this.#leaving.filter((other) => other !== worker);
      this.#waiting.unshift(...worker.takeBack());
      this.#handOver();
      const waitMs = Math.max(0, restartAfterMs - (performance.now() - startedAt));
      setTimeout(() => {
        if (!this.#isEnding) void this.resize(this.#size);
      }, waitMs);
    });
  }

  #handOver(): void {
    while (this.#waiting.length > 0) {
      const worker = this.#next();
      if (worker === null) return;
      const socket = this.#waiting.shift();
      if (socket !== undefined && !socket.destroyed) worker.hand(socket);
    }
  }

  #next(): WorkerProcess | null {
    for (let step = 1; step <= this.#workers.length; step += 1) {
      const index = (this.#turn + step) % this.#workers.length;
      const worker = this.#workers[index];
      if (worker?.canTakeConnection !== true) continue;
      this.#turn = index;
      return worker;
    }
    return null;
  }
}
