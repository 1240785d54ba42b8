import type { PreparedComponent } from '../../core/places/target.ts';
import type { ProcessIdentity } from '../../lib/process-identity.ts';
import type { DeploymentFolder } from './layout.ts';
import type { LogFile } from './supervisor/log-file.ts';
import type { LifeEnd } from './supervisor/restart-rule.ts';

/** Ends and removes what a supervisor that is dead has left of its deployment in the system. */
export type ClearLeftovers = (folder: DeploymentFolder) => Promise<void>;

/**
 * How a kind of place runs what a supervisor looks after: as processes, or as containers. The supervisor decides what
 * is to run and when it is ready; this is all that it leaves to the place.
 */
export interface Runtime {
  readonly surroundings: Surroundings;
  /** One address for all replicas of a component. @param ready where those are that are ready, when it is asked */
  door(ready: () => readonly Address[]): Door;
  /** Where one replica lives, over all its lives. */
  replica(component: PreparedComponent, index: number): Promise<ReplicaRuntime>;
  /** Removes what replicas had in common, once none of them runs. */
  close(): Promise<void>;
}

/** What components find in their environment because of where they run. */
export interface Surroundings {
  /** Beneath the component's own variables. */
  readonly base: Readonly<Record<string, string>>;
  /** Folders to put first on PATH, whatever a component says of it. */
  readonly path: readonly string[];
  /** What they listen on. */
  readonly host: string;
  /** `DATA_DIR` of a resident; null: it is none. */
  readonly data: string | null;
}

/** Where something listens, as this machine reaches it. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

export interface Door {
  /** Starts to listen; resolves with the URL for components. @param lastingPort null: any port that is free */
  listen(lastingPort: number | null): Promise<string>;
  /** Takes no more connections and cuts those that are open. */
  close(): void;
}

export interface ReplicaRuntime {
  /** Which limits the system applies by itself. */
  readonly enforced: { readonly memory: boolean; readonly cpu: boolean };
  /**
   * Where its next life listens: the same as before, as long as that can be, so that whoever was told it stays right.
   * Asked only of a component with a port.
   */
  address(): Promise<Address>;
  /** Throws an error whose message says why it could not be started, to follow the name of the replica. */
  start(life: ReplicaStart): Promise<Program>;
  /** How `health.run` is asked of the program that runs. */
  check(command: string, env: Readonly<Record<string, string>>): CommandLine;
}

export interface ReplicaStart {
  /** The whole environment; nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  /** Null: it does not listen. */
  readonly address: Address | null;
  readonly log: LogFile;
}

export interface CommandLine {
  readonly command: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** A component's command, from its start until nothing of it is left. */
export interface Program {
  readonly identity: ProcessIdentity;
  /** Resolves when its first process has ended. */
  readonly ended: Promise<LifeEnd>;
  /** Resolves with the reason when it uses more than it may and the system does not look. */
  watchLimits(signal: AbortSignal): Promise<string>;
  /** After its end: that the system ended it for using too much; null if it did not. */
  endedByLimit(): Promise<string | null>;
  /** SIGTERM, SIGKILL after `drainMs`; resolves when nothing runs and all output is stored. */
  stop(drainMs: number): Promise<void>;
}
