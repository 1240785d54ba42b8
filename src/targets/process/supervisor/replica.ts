import { setTimeout as delay } from 'node:timers/promises';

import type { PreparedComponent, ReplicaObservation } from '../../../core/target.ts';
import { isNodeError } from '../../../lib/node-error.ts';
import type { ProcessIdentity } from '../../../lib/process-identity.ts';
import type { LogFile } from './log-file.ts';
import { choosePort } from './ports.ts';
import { readyCheckOf, untilReady } from './readiness.ts';
import { ReplicaProcess } from './replica-process.ts';
import { afterLife, type LifeEnd, steadyMs } from './restart-rule.ts';
import { watchHealth } from './watch-health.ts';

export interface ReplicaOptions {
  readonly component: PreparedComponent;
  readonly index: number;
  /** Folder of the component's files, shared by its replicas. */
  readonly cwd: string;
  readonly env: (port: number | null) => Readonly<Record<string, string>>;
  readonly log: LogFile;
  readonly takenPorts: () => ReadonlySet<number>;
  /** Called after every change of `observation`. */
  readonly onChange: () => void;
}

/**
 * One replica of a component: a process that is started again whenever it ends.
 *
 * `stopped` -> `starting` -> `ready` <-> `unready`; a process that ends leads back to `starting`, or, before the
 * replica has been ready once, to `failed` as `restart-rule.ts` decides; `stop` leads to `stopped` from everywhere.
 */
export class Replica {
  readonly index: number;
  readonly #options: ReplicaOptions;
  #state: ReplicaObservation['state'] = 'stopped';
  #reason: string | null = 'it was not started yet';
  #restarts = 0;
  #port: number | null = null;
  #process: ReplicaProcess | null = null;
  #readySince: number | null = null;
  #wanted: AbortController | null = null;
  #running: Promise<void> = Promise.resolve();

  constructor(options: ReplicaOptions) {
    this.#options = options;
    this.index = options.index;
  }

  get observation(): ReplicaObservation {
    return {
      index: this.index,
      state: this.#state,
      pid: this.#process?.identity.pid ?? null,
      address: this.#port === null ? null : `127.0.0.1:${this.#port}`,
      restarts: this.#restarts,
      reason: this.#reason,
    };
  }

  get port(): number | null {
    return this.#port;
  }

  /** The process group that runs now. */
  get group(): ProcessIdentity | null {
    return this.#process?.identity ?? null;
  }

  start(): void {
    if (this.#wanted !== null) return;
    const wanted = new AbortController();
    this.#wanted = wanted;
    const before = this.#running;
    this.#running = before.then(() => this.#run(wanted.signal));
  }

  /** Resolves when nothing of it runs any more. */
  async stop(): Promise<void> {
    this.#wanted?.abort();
    this.#wanted = null;
    await this.#running;
    this.#become('stopped', 'it was stopped');
  }

  async #run(signal: AbortSignal): Promise<void> {
    let wasEverReady = false;
    let failures = 0;
    let reason = 'it was just started';
    const firstStartEndsAt = performance.now() + this.#options.component.health.seconds * 1000;
    while (!signal.aborted) {
      this.#become('starting', reason);
      const allowedMs = this.#options.component.health.seconds * 1000;
      const timeoutMs = wasEverReady ? allowedMs : Math.max(0, firstStartEndsAt - performance.now());
      const end = await this.#live(timeoutMs, signal);
      if (end === null) return;
      const readyForMs = this.#readySince === null ? null : performance.now() - this.#readySince;
      this.#readySince = null;
      wasEverReady ||= readyForMs !== null;
      failures = readyForMs !== null && readyForMs >= steadyMs ? 1 : failures + 1;
      const next = afterLife({ end, wasEverReady, failures, random: Math.random() });
      if (next.kind === 'fail') {
        this.#become('failed', next.reason);
        return;
      }
      this.#restarts += 1;
      reason = next.reason;
      this.#become('starting', reason);
      await delay(next.afterMs, undefined, { signal }).catch(() => {
        // Not wanted any more: the loop sees it.
      });
    }
  }

  /** Runs one process from its start to its end and says how it ended; null when it was not wanted any more. */
  async #live(timeoutMs: number, signal: AbortSignal): Promise<LifeEnd | null> {
    const { component, cwd, env, log } = this.#options;
    if (component.port !== null) this.#port = await choosePort(this.#port, this.#options.takenPorts());
    try {
      this.#process = await ReplicaProcess.start({ command: component.run, cwd, env: env(this.#port) }, log);
    } catch (error) {
      return { kind: 'not-started', reason: startProblem(error, cwd) };
    }
    this.#options.onChange();
    const over = new AbortController();
    try {
      const watched = AbortSignal.any([signal, over.signal]);
      return await Promise.race([
        this.#process.ended,
        this.#watch(timeoutMs, watched),
        aborted(signal, over.signal),
      ]);
    } finally {
      over.abort();
      if (this.#state === 'ready') this.#become('unready', 'it is being stopped');
      await this.#process.stop(component.drainMs);
      this.#process = null;
    }
  }

  /** Waits until the process is ready, then for a reason to end it. */
  async #watch(timeoutMs: number, signal: AbortSignal): Promise<LifeEnd> {
    const { component, cwd, env } = this.#options;
    const check = readyCheckOf(component.health, { port: this.#port, cwd, env: env(this.#port) });
    try {
      const finding = await untilReady(check, {
        timeoutMs,
        signal,
        onFinding: (saw) => this.#become('starting', `not ready yet: ${saw}`),
      });
      if (finding !== null) {
        const reason = `it was not ready within ${component.health.seconds} s: ${finding}`;
        return { kind: 'not-ready', reason };
      }
      this.#readySince = performance.now();
      this.#become('ready', null);
      const reason = await watchHealth({
        health: component.health,
        port: this.#port,
        signal,
        onReady: (unready) => this.#become(unready === null ? 'ready' : 'unready', unready),
      });
      return { kind: 'unfit', reason };
    } catch (error) {
      if (signal.aborted) return new Promise(() => undefined);
      return { kind: 'not-ready', reason: `its health check could not be made: ${messageOf(error)}` };
    }
  }

  #become(state: ReplicaObservation['state'], reason: string | null): void {
    if (this.#state === state && this.#reason === reason) return;
    this.#state = state;
    this.#reason = reason;
    this.#options.onChange();
  }
}

/** Resolves when `signal` aborts; stops listening when `over` does. */
function aborted(signal: AbortSignal, over: AbortSignal): Promise<null> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(null);
    else signal.addEventListener('abort', () => resolve(null), { once: true, signal: over });
  });
}

function startProblem(error: unknown, cwd: string): string {
  // `spawn` names the shell when it is the folder that does not exist.
  if (isNodeError(error) && error.code === 'ENOENT') return `its folder ${cwd} does not exist`;
  return `it could not be started: ${messageOf(error)}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
