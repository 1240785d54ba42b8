import { decisionDeadlineMs } from '../pipeline/durations.ts';
import type { Waiting } from '../pipeline/run.ts';

/**
 * A host is where environments are: the processes, edges, sources and artifacts of one home. Its workers, a server and
 * any `deployer worker` on that home, are the only ones that touch them; every host decides together in one database.
 */
export interface Host {
  /** Kept in the home, so that it outlives reboots and new names of the machine. */
  readonly id: string;
  /** Host name of the machine. */
  readonly name: string;
  /** Folder of the home. */
  readonly home: string;
}

/** `server`: control plane and worker in one. */
export type WorkerKind = 'server' | 'worker';

export interface Worker {
  /** Of this process; never used again. Begins with its host. */
  readonly id: string;
  readonly host: Host;
  readonly kind: WorkerKind;
  /** Of the package. */
  readonly version: string;
}

/** Whoever gives no sign of life for so long is taken for dead; its work is taken over. */
export const silentAfterSeconds = 20;

export function workerId(host: Pick<Host, 'id'>, unique: string): string {
  return `${host.id}/${unique}`;
}

/**
 * The queue of a host's runs. It grows a new number with each new version of a workflow: an older worker listens to the
 * numbers that it knows, so it never takes a run that it could not interpret.
 */
export function queueOf(host: string): string {
  return `deployer@1/${host}`;
}

/** How people are told of a host. */
export function hostLabel({ name, home }: Pick<Host, 'name' | 'home'>): string {
  return `${name} (${home})`;
}

/** What to type to give a host a worker. */
export function startWorkerHint({ name, home }: Pick<Host, 'name' | 'home'>): string {
  return `On ${name}: DEPLOYER_HOME=${home} deployer worker`;
}

export interface SilentHost extends Pick<Host, 'name' | 'home'> {
  /** When one of its workers gave a sign of life last. */
  readonly seenAtMs: number;
}

/** What a run waits for whose host has no living worker. */
export function waitsForHost(
  run: { readonly id: string; readonly environment: string | null },
  host: SilentHost,
): Waiting {
  return {
    kind: 'capacity',
    run: run.id,
    environment: run.environment,
    reason: `no worker runs on ${hostLabel(host)}, where it has to run`,
    since: new Date(host.seenAtMs).toISOString(),
    deadline: new Date(host.seenAtMs + decisionDeadlineMs).toISOString(),
    next: startWorkerHint(host),
  };
}
