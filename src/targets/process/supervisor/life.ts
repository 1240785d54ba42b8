import type { PreparedComponent } from '../../../core/target.ts';
import { messageOf } from '../../../lib/message-of.ts';
import { reach } from '../../../lib/named-point.ts';
import { isNodeError } from '../../../lib/node-error.ts';
import type { ProcessIdentity } from '../../../lib/process-identity.ts';
import type { Limits } from './limits.ts';
import type { LogFile } from './log-file.ts';
import { readyCheckOf, untilReady } from './readiness.ts';
import { ReplicaProcess } from './replica-process.ts';
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
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly port: number | null;
  readonly log: LogFile;
  readonly limits: Limits;
  readonly readyTimeoutMs: number;
  /** Aborts when the replica is not wanted any more. */
  readonly signal: AbortSignal;
  readonly onEvent: (event: LifeEvent) => void;
}

/** Writes its own id to the files given after the command, then becomes the command. */
const joinAndRun = `run=$1; shift; for procs; do echo $$ >"$procs"; done 2>/dev/null; exec /bin/sh -c "$run"`;

/**
 * Runs one process of a replica from its start until nothing of it is left, and says how it ended: by itself, or
 * because it had to be ended. Null when it was not wanted any more.
 */
export async function live(options: LifeOptions): Promise<LifeEnd | null> {
  const { component, limits, onEvent, signal } = options;
  await limits.begin();
  let program: ReplicaProcess;
  try {
    program = await startProgram(options);
  } catch (error) {
    return { kind: 'not-started', reason: startProblem(error, options.cwd) };
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
    const reason = await limits.findMemoryKill();
    return reason === null ? end : unfit(reason);
  } finally {
    over.abort();
    await program.stop(drainMs);
  }
}

function startProgram({ component, cwd, env, limits, log }: LifeOptions): Promise<ReplicaProcess> {
  if (limits.joins.length === 0) return ReplicaProcess.start({ command: component.run, cwd, env }, log);
  return ReplicaProcess.start({ command: joinAndRun, args: [component.run, ...limits.joins], cwd, env }, log);
}

/** Resolves with a reason to end the process. */
async function watch(program: ReplicaProcess, options: LifeOptions): Promise<LifeEnd> {
  const { limits, signal } = options;
  try {
    const memory = limits.watchMemory(program.identity.pid, signal);
    return await Promise.race([watchReadiness(options), memory.then(unfit)]);
  } catch (error) {
    if (signal.aborted) return new Promise(() => undefined);
    return { kind: 'not-ready', reason: `its health could not be checked: ${messageOf(error)}` };
  }
}

async function watchReadiness(options: LifeOptions): Promise<LifeEnd> {
  const { component, onEvent, port, signal } = options;
  const { health } = component;
  const finding = await untilReady(readyCheckOf(health, { ...options, redactor: options.log.redactor }), {
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
  return unfit(await watchHealth({ health, port, signal, onReady }));
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

function startProblem(error: unknown, cwd: string): string {
  // `spawn` names the shell when it is the folder that does not exist.
  if (isNodeError(error) && error.code === 'ENOENT') return `its folder ${cwd} does not exist`;
  return `it could not be started: ${messageOf(error)}`;
}
