import { DeployerError } from '../errors.ts';
import { pause } from '../lib/pause.ts';
import { LeaseLost } from './workers/lease.ts';

/** A signal for work on behalf of a run. */
export interface Abortable extends Disposable {
  readonly signal: AbortSignal;
  isCancelled(): boolean;
  /** The server is ending: nothing is recorded about the work, and the next server does it again. */
  isStopping(): boolean;
  /** Throws when another worker has taken the run over: nothing is recorded about the work. */
  throwIfAbandoned(): void;
  /** Why it was cancelled. */
  reason(): string;
}

/**
 * What one engine is doing now: durable steps, and by run the work in them, so that a cancel or the end of the server
 * can stop it at once.
 */
export interface WorkInFlight {
  /** Begins work for a run; its signal also aborts when `deadlineMs` is over. Dispose of it when the work has ended. */
  begin(run: string, deadlineMs: number, what: string): Abortable;
  /** Stops what goes on for a run. Nothing happens when nothing does. */
  cancel(run: string, reason: string): void;
  /** Stops what goes on for a run without recording anything: another worker has the run by now. */
  abandon(run: string): void;
  /** Runs for which something goes on. */
  runs(): readonly string[];
  /** The same for people: run and stage. */
  doing(): readonly string[];
  /** Resolves when nothing goes on for a run, or after `timeoutMs`. */
  untilStopped(run: string, timeoutMs: number): Promise<void>;
  /**
   * Stops everything that goes on, without a verdict, and lets no step begin. Resolves when nothing goes on any more,
   * or after `timeoutMs`.
   */
  stopAll(timeoutMs: number): Promise<void>;
  /** Runs a step as one in flight. Never resolves once the engine drains or stops: the next server goes on there. */
  step<T>(workflow: string, work: () => Promise<T>): Promise<T>;
  isInStep(workflow: string): boolean;
  /** No step begins any more. */
  isEnding(): boolean;
  /** No step begins from now on; resolves when none is in flight any more. */
  drain(): Promise<void>;
}

export function workInFlight(): WorkInFlight {
  const going = new Map<string, Map<AbortController, string>>();
  const waitingForEnd = new Map<string, readonly (() => void)[]>();
  let isStopping = false;
  const steps = new Map<string, number>();
  let drained: PromiseWithResolvers<void> | null = null;

  function end(run: string, controller: AbortController): void {
    const controllers = going.get(run);
    controllers?.delete(controller);
    if (controllers === undefined || controllers.size > 0) return;
    going.delete(run);
    for (const resolve of waitingForEnd.get(run) ?? []) resolve();
    waitingForEnd.delete(run);
  }

  async function untilStopped(run: string, timeoutMs: number): Promise<void> {
    if (!going.has(run)) return;
    const ended = new Promise<void>((resolve) => {
      waitingForEnd.set(run, [...(waitingForEnd.get(run) ?? []), resolve]);
    });
    const over = new AbortController();
    await Promise.race([ended, pause(timeoutMs, over.signal).catch(() => null)]);
    over.abort();
  }

  return {
    begin(run, deadlineMs, what) {
      const controller = new AbortController();
      going.set(run, (going.get(run) ?? new Map()).set(controller, what));
      const timer = setTimeout(() => controller.abort(overdue(what, deadlineMs)), deadlineMs);
      if (isStopping) controller.abort(stopping());
      const cancelledBy = (): DeployerError | null => {
        const reason: unknown = controller.signal.reason;
        return reason instanceof DeployerError && reason.code === 'cancelled' ? reason : null;
      };
      return {
        signal: controller.signal,
        isCancelled: () => cancelledBy() !== null,
        isStopping: () => isStopping,
        throwIfAbandoned() {
          if (controller.signal.reason instanceof LeaseLost) throw controller.signal.reason;
        },
        reason: () => cancelledBy()?.message ?? '',
        [Symbol.dispose]() {
          clearTimeout(timer);
          end(run, controller);
        },
      };
    },

    cancel(run, message) {
      for (const controller of going.get(run)?.keys() ?? [])
        controller.abort(new DeployerError('cancelled', { message, hint: `deployer run ${run}` }));
    },

    abandon(run) {
      for (const controller of going.get(run)?.keys() ?? [])
        controller.abort(new LeaseLost(`${run} was taken over by another worker`));
    },

    runs: () => [...going.keys()],
    doing: () => [...going].flatMap(([run, works]) => [...works.values()].map((what) => `${run} ${what}`)),

    untilStopped,

    async stopAll(timeoutMs) {
      isStopping = true;
      const runs = [...going.keys()];
      for (const controller of [...going.values()].flatMap((each) => [...each.keys()]))
        controller.abort(stopping());
      await Promise.all(runs.map((run) => untilStopped(run, timeoutMs)));
    },

    async step(workflow, work) {
      if (drained !== null || isStopping) await new Promise<never>(() => {});
      steps.set(workflow, (steps.get(workflow) ?? 0) + 1);
      try {
        return await work();
      } finally {
        const left = (steps.get(workflow) ?? 1) - 1;
        if (left === 0) steps.delete(workflow);
        else steps.set(workflow, left);
        if (steps.size === 0) drained?.resolve();
      }
    },

    isInStep: (workflow) => steps.has(workflow),
    isEnding: () => drained !== null || isStopping,

    async drain() {
      drained ??= Promise.withResolvers();
      if (steps.size === 0) drained.resolve();
      await drained.promise;
    },
  };
}

function overdue(what: string, deadlineMs: number): DeployerError {
  return new DeployerError('deadline_passed', {
    message: `${what} did not end within ${Math.round(deadlineMs / 60_000)} min and was stopped.`,
    hint: 'See its log above; then deployer retry.',
  });
}

function stopping(): Error {
  return new Error('the server is stopping');
}
