import type { PreparedComponent } from '../../../core/places/target.ts';
import { messageOf } from '../../../lib/message-of.ts';
import { reach } from '../../../lib/named-point.ts';
import type { ProcessIdentity } from '../../../lib/process-identity.ts';
import type { Address, CommandLine, Program, ReplicaRuntime } from '../runtime.ts';
import type { LogFile } from './log-file.ts';
import { readyCheckOf, untilReady } from './readiness.ts';
import { describeEnd, type LifeEnd } from './restart-rule.ts';
import { watchHealth } from './watch-health.ts';

export type LifeEvent =
  | { readonly kind: 'started'; readonly process: ProcessIdentity }
  /** Not ready yet; what the last check saw. */
  | { readonly kind: 'waiting'; readonly finding: string }
  | { readonly kind: 'ready' }
  /** It was ready and its ready check fails now, or it is being ended. */
  | { readonly kind: 'unready'; readonly finding: string };

export interface LifeOptions {
  readonly deployment: string;
  readonly component: PreparedComponent;
  readonly runtime: ReplicaRuntime;
  readonly env: Readonly<Record<string, string>>;
  /** Where it listens; null when it does not. */
  readonly address: Address | null;
  readonly log: LogFile;
  readonly readyTimeoutMs: number;
  /** Aborts when the replica is not wanted any more. */
  readonly signal: AbortSignal;
  readonly onEvent: (event: LifeEvent) => void;
}

/**
 * Runs one process of a replica from its start until nothing of it is left, and says how it ended: by itself, or
 * because it had to be ended. Null when it was not wanted any more.
 */
export async function live(options: LifeOptions): Promise<LifeEnd | null> {
  const { component, onEvent, runtime, signal } = options;
  let program: Program;
  try {
    program = await runtime.start(options);
  } catch (error) {
    return { kind: 'not-started', reason: messageOf(error) };
  }
  onEvent({ kind: 'started', process: program.identity });
  await reach('supervisor: component started', options.deployment);
  const over = new AbortController();
  let drainMs = component.drainMs;
  try {
    const watched = { ...options, signal: AbortSignal.any([signal, over.signal]) };
    const end = await Promise.race([program.ended, watch(program, watched), aborted(signal, over.signal)]);
    onEvent({ kind: 'unready', finding: end === null ? 'it is being stopped' : describeEnd(end) });
    if (end?.kind !== 'exited') return end;
    // What it left behind in its group serves nobody.
    drainMs = 0;
    const reason = await program.endedByLimit();
    return reason === null ? end : unfit(reason);
  } finally {
    over.abort();
    await program.stop(drainMs);
  }
}

/** Resolves with a reason to end the process. */
async function watch(program: Program, options: LifeOptions): Promise<LifeEnd> {
  const { signal } = options;
  try {
    const over = program.watchLimits(signal);
    return await Promise.race([watchReadiness(options), over.then(unfit)]);
  } catch (error) {
    if (signal.aborted) return new Promise(() => undefined);
    return { kind: 'not-ready', reason: `its health could not be checked: ${messageOf(error)}` };
  }
}

async function watchReadiness(options: LifeOptions): Promise<LifeEnd> {
  const { address, component, env, log, onEvent, runtime, signal } = options;
  const { health } = component;
  const inside = (command: string): CommandLine => runtime.check(command, env);
  const finding = await untilReady(readyCheckOf(health, { address, inside, redactor: log.redactor }), {
    timeoutMs: options.readyTimeoutMs,
    signal,
    onFinding: (saw) => onEvent({ kind: 'waiting', finding: saw }),
  });
  if (finding !== null) {
    return { kind: 'not-ready', reason: `it was not ready within ${health.seconds} s: ${finding}` };
  }
  await reach('supervisor: ready', options.deployment);
  onEvent({ kind: 'ready' });
  const onReady = (saw: string | null) =>
    onEvent(saw === null ? { kind: 'ready' } : { kind: 'unready', finding: saw });
  return unfit(await watchHealth({ health, address, signal, onReady }));
}

function unfit(reason: string): LifeEnd {
  return { kind: 'unfit', reason };
}

/** Resolves when `signal` aborts; stops listening when `over` does. */
function aborted(signal: AbortSignal, over: AbortSignal): Promise<null> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(null);
    else signal.addEventListener('abort', () => resolve(null), { once: true, signal: over });
  });
}
