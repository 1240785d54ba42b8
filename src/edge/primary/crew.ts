import type { Socket } from 'node:net';

import type { EdgeRoutes } from '../../core/switching/edge.ts';
import { complain } from '../complain.ts';
import { messageOf } from '../../lib/message-of.ts';
import type { ServerCertificate } from '../certificate/server-certificate.ts';
import type { Traffic, WorkerConfiguration } from '../worker-messages.ts';
import { addTraffic, endedTraffic, noTraffic } from './traffic-sum.ts';
import { workerPauseMs } from './worker-pause.ts';
import { WorkerProcess } from './worker-process.ts';

/** Connections that wait for a worker; more are refused. */
const mostWaiting = 1024;

/** The workers of an edge: replaced when they die, told everything that they must know, and asked what they counted. */
export class Crew {
  #workers: WorkerProcess[] = [];
  /** Too many by now: they get no connection, but what they have open is counted, and routed as everywhere. */
  #leaving: WorkerProcess[] = [];
  #turn = 0;
  #size = 0;
  #endedTraffic: Traffic = noTraffic;
  /** Whether the programs of its workers were replaced by others, so that it can start none any more. */
  isOutdated = false;
  #isEnding = false;
  /** Starts in a row that came to no worker that serves, and why the last one did. */
  #failures = 0;
  #failure: string | null = null;
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
   * Brings the number of workers to `size` and resolves when all of them can serve, or have failed to. One that is too
   * many finishes what it has open, however long that takes.
   */
  async resize(size: number): Promise<void> {
    this.#size = size;
    for (let missing = size - this.#workers.length; missing > 0; missing -= 1) this.#start();
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

  /** Workers that take connections. */
  get ready(): number {
    return this.#workers.filter(({ isReady }) => isReady).length;
  }

  get #all(): readonly WorkerProcess[] {
    return [...this.#workers, ...this.#leaving];
  }

  #start(): void {
    const startedAt = performance.now();
    let worker: WorkerProcess;
    try {
      worker = new WorkerProcess(this.#configuration, () => this.#handOver());
    } catch (error) {
      // Not even the attempt was possible, e.g. without memory.
      this.#noteFailure(messageOf(error));
      this.#fillUpLater(startedAt);
      return;
    }
    this.#workers.push(worker);
    void worker.started.then(() => {
      this.isOutdated = worker.isForeign;
      if (!worker.isReady) return;
      this.#failures = 0;
      this.#failure = null;
    });
    void worker.ended.then(() => {
      this.#endedTraffic = endedTraffic(addTraffic(this.#endedTraffic, worker.traffic));
      const wasWanted = this.#workers.includes(worker) && !this.#isEnding;
      this.#workers = this.#workers.filter((other) => other !== worker);
      this.#leaving = this.#leaving.filter((other) => other !== worker);
      this.#waiting.unshift(...worker.takeBack());
      this.#handOver();
      if (worker.failure !== null && wasWanted) this.#noteFailure(worker.failure);
      this.#fillUpLater(startedAt);
    });
  }

  #fillUpLater(startedAt: number): void {
    const waitMs = Math.max(0, workerPauseMs(this.#failures) - (performance.now() - startedAt));
    setTimeout(() => {
      if (!this.#isEnding) void this.resize(this.#size);
    }, waitMs);
  }

  /** It may last until a person acts: said once, tried again and again. */
  #noteFailure(failure: string): void {
    this.#failures += 1;
    if (failure !== this.#failure) complain('a worker did not start; it is tried again', failure);
    this.#failure = failure;
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
