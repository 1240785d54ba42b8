import { setTimeout as delay } from 'node:timers/promises';

import type { PreparedComponent, ReplicaObservation } from '../../../core/places/target.ts';
import type { ProcessIdentity } from '../../../lib/process-identity.ts';
import type { Address, ReplicaRuntime } from '../runtime.ts';
import { type LifeEvent, live } from './life.ts';
import type { LogFile } from './log-file.ts';
import type { ReplicaSample } from './metrics.ts';
import type { ProcessUse } from './process-use.ts';
import { afterLife, hasSettled, type LifeEnd, steadyMs } from './restart-rule.ts';

export interface ReplicaOptions {
  readonly deployment: string;
  readonly component: PreparedComponent;
  readonly index: number;
  /** Where it lives; asked for once. */
  readonly runtime: () => Promise<ReplicaRuntime>;
  readonly env: (port: number | null) => Readonly<Record<string, string>>;
  readonly log: LogFile;
  /** Called after every change of `observation`. */
  readonly onChange: () => void;
}

/** Between two processes. */
const nothingUsed: ProcessUse = { cpuSeconds: 0, memoryBytes: 0 };

/**
 * One replica of a component: a process that is started again whenever it ends.
 *
 * `stopped` -> `starting` -> `ready` <-> `unready`; a process that ends leads back to `starting`, or, before the
 * replica has settled, to `failed` as `restart-rule.ts` decides; `stop` leads to `stopped` from everywhere.
 */
export class Replica {
  readonly index: number;
  readonly #options: ReplicaOptions;
  #state: ReplicaObservation['state'] = 'stopped';
  #reason: string | null = 'it was not started yet';
  #restarts = 0;
  #crashes = 0;
  #startedAt: string | null = null;
  #address: Address | null = null;
  #process: ProcessIdentity | null = null;
  #runtime: ReplicaRuntime | null = null;
  /** When the process that runs became ready first. */
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
      pid: this.#process?.pid ?? null,
      address: this.#address === null ? null : `${this.#address.host}:${this.#address.port}`,
      restarts: this.#restarts,
      crashes: this.#crashes,
      startedAt: this.#startedAt,
      reason: this.#reason,
    };
  }

  /** Where it listens, or is to listen next; null when it does not, and before its first life. */
  get address(): Address | null {
    return this.#address;
  }

  /** The first process of the group that runs now. */
  get process(): ProcessIdentity | null {
    return this.#process;
  }

  /** What is known of it; `uses`: of process groups, null where the system does not tell. */
  sample(uses: ReadonlyMap<number, ProcessUse> | null): ReplicaSample {
    const { component } = this.#options;
    const group = this.#process?.pid ?? null;
    const use = group === null ? nothingUsed : (uses?.get(group) ?? null);
    return {
      component: component.name,
      index: this.index,
      state: this.#state,
      restarts: this.#restarts,
      startedAt: this.#startedAt,
      cpuSeconds: use?.cpuSeconds ?? null,
      memoryBytes: use?.memoryBytes ?? null,
      limits: component.shape.resources,
      enforced: this.#runtime?.enforced ?? { memory: false, cpu: false },
    };
  }

  start(): void {
    if (this.#wanted !== null) return;
    const wanted = new AbortController();
    this.#wanted = wanted;
    this.#running = this.#running
      .then(() => this.#run(wanted.signal))
      .catch((error: unknown) => this.#become('failed', `its supervisor could not run it: ${String(error)}`));
  }

  /** Resolves when nothing of it runs any more. */
  async stop(): Promise<void> {
    this.#wanted?.abort();
    this.#wanted = null;
    await this.#running;
    this.#become('stopped', 'it was stopped');
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { component } = this.#options;
    const runtime = (this.#runtime ??= await this.#options.runtime());
    const allowedMs = component.health.seconds * 1000;
    const begunAt = performance.now();
    let wasEverReady = false;
    let failures = 0;
    let reason = 'it was just started';
    while (!signal.aborted) {
      this.#become('starting', reason);
      const readyTimeoutMs = wasEverReady ? allowedMs : Math.max(0, begunAt + allowedMs - performance.now());
      const end = await this.#live(runtime, { readyTimeoutMs, signal });
      if (end === null) return;
      const readyForMs = this.#readySince === null ? null : performance.now() - this.#readySince;
      if (readyForMs !== null) this.#crashes += 1;
      wasEverReady ||= readyForMs !== null;
      failures = readyForMs !== null && readyForMs >= steadyMs ? 1 : failures + 1;
      const isSettled = hasSettled({ wasEverReady, sinceMs: performance.now() - begunAt, allowedMs });
      const next = afterLife({ end, isSettled, failures, random: Math.random() });
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

  async #live(
    runtime: ReplicaRuntime,
    { readyTimeoutMs, signal }: { readonly readyTimeoutMs: number; readonly signal: AbortSignal },
  ): Promise<LifeEnd | null> {
    const { component, deployment, env, log } = this.#options;
    if (component.port !== null) this.#address = await runtime.address();
    this.#readySince = null;
    const address = this.#address;
    const onEvent = (event: LifeEvent) => this.#see(event);
    // Before it can write its first line.
    this.#startedAt = new Date().toISOString();
    const end = await live({
      deployment,
      component,
      runtime,
      env: env(address?.port ?? null),
      address,
      log,
      readyTimeoutMs,
      signal,
      onEvent,
    });
    this.#process = null;
    return end;
  }

  #see(event: LifeEvent): void {
    switch (event.kind) {
      case 'started':
        this.#process = event.process;
        this.#options.onChange();
        break;
      case 'waiting':
        this.#become('starting', `not ready yet: ${event.finding}`);
        break;
      case 'ready':
        this.#readySince ??= performance.now();
        this.#become('ready', null);
        break;
      case 'unready':
        if (this.#readySince !== null) this.#become('unready', event.finding);
        break;
    }
  }

  #become(state: ReplicaObservation['state'], reason: string | null): void {
    if (this.#state === state && this.#reason === reason) return;
    this.#state = state;
    this.#reason = reason;
    this.#options.onChange();
  }
}
