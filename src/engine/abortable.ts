import { DeployerError } from '../errors.ts';
import { pause } from '../lib/pause.ts';

/**
 * What goes on in this process, by run, so that a cancel (or the end of the server) can stop it at once. One that arrives
 * at another server is only seen between two stages.
 */
const going = new Map<string, Set<AbortController>>();
const waitingForEnd = new Map<string, readonly (() => void)[]>();
let isServerStopping = false;

export interface Abortable extends Disposable {
  readonly signal: AbortSignal;
  isCancelled(): boolean;
  isStopping(): boolean;
  /** Why it was cancelled. */
  reason(): string;
}

/** A signal for work on behalf of `subject`, which also ends when `deadlineMs` is over. */
export function abortable(subject: string, deadlineMs: number, what: string): Abortable {
  const controller = new AbortController();
  const controllers = going.get(subject) ?? new Set();
  going.set(subject, controllers.add(controller));
  const timer = setTimeout(() => {
    controller.abort(
      new DeployerError('deadline_passed', {
        message: `${what} did not end within ${Math.round(deadlineMs / 60_000)} min and was stopped.`,
        hint: 'See its log above; then deployer retry.',
      }),
    );
  }, deadlineMs);
  if (isServerStopping) controller.abort(new Error('the server is stopping'));
  const cancelledBy = (): DeployerError | null => {
    const reason: unknown = controller.signal.reason;
    return reason instanceof DeployerError && reason.code === 'cancelled' ? reason : null;
  };
  return {
    signal: controller.signal,
    isCancelled: () => cancelledBy() !== null,
    isStopping: () => isServerStopping,
    reason: () => cancelledBy()?.message ?? '',
    [Symbol.dispose]() {
      clearTimeout(timer);
      controllers.delete(controller);
      if (controllers.size > 0) return;
      going.delete(subject);
      for (const resolve of waitingForEnd.get(subject) ?? []) resolve();
      waitingForEnd.delete(subject);
    },
  };
}

/** Stops what goes on for a run. Nothing happens when nothing does. */
export function cancelGoing(run: string, reason: string): void {
  for (const controller of going.get(run) ?? []) {
    controller.abort(new DeployerError('cancelled', { message: reason, hint: `deployer run ${run}` }));
  }
}

/** Resolves when nothing goes on for a run in this process, or after `timeoutMs`. */
export async function untilStopped(run: string, timeoutMs: number): Promise<void> {
  if (!going.has(run)) return;
  const ended = new Promise<void>((resolve) => {
    waitingForEnd.set(run, [...(waitingForEnd.get(run) ?? []), resolve]);
  });
  const over = new AbortController();
  await Promise.race([ended, pause(timeoutMs, over.signal).catch(() => null)]);
  over.abort();
}

/** Stops everything that goes on, without a verdict: the next server does it again. */
export function stopGoing(): void {
  isServerStopping = true;
  for (const controllers of going.values()) {
    for (const controller of controllers) controller.abort(new Error('the server is stopping'));
  }
}
