import type { BackupView } from '../api/views/housekeeping.ts';
import type { StoppedView } from '../api/views/server.ts';
import type { BuildInfo } from '../lib/build-info.ts';
import type { Home } from '../lib/home.ts';

/** What the CLI needs of the server's code; `main.ts` passes it in. */
export interface ServerVerbs {
  /**
   * Is the control plane of this home until `signal` aborts or a `stop` arrives. Returns false, having done nothing,
   * when another server runs on the home.
   */
  serve(options: ServeOptions): Promise<boolean>;
  /**
   * Is one more worker of this home until `signal` aborts, and then finishes its steps in flight. Returns false, having
   * done nothing, when another worker runs on the home.
   */
  work(options: Omit<ServeOptions, 'isBackground'>): Promise<boolean>;
  /** Ends edges, supervisors, components and the database that a home without a running server records; keeps data. */
  stopAll(options: { readonly home: Home; readonly signal: AbortSignal }): Promise<StoppedView>;
  /** What can be seen of the home's places from outside: edges, supervisors, components that listen too widely. */
  inspect(options: { readonly home: Home; readonly signal: AbortSignal }): Promise<readonly HealthCheck[]>;
  /** What a backup is, when it is whole and can be restored here; changes nothing. */
  inspectBackup(options: RestoreOptions): Promise<BackupView>;
  /** Restores a backup into a home without a server. */
  restore(options: RestoreOptions): Promise<BackupView>;
}

interface RestoreOptions {
  readonly home: Home;
  /** Absolute. */
  readonly file: string;
  /** What the home has may be replaced. */
  readonly isReplacing: boolean;
  readonly by: string;
  readonly signal: AbortSignal;
}

interface ServeOptions {
  readonly home: Home;
  readonly build: BuildInfo;
  /** Started by a verb that needed a server: ends by itself when idle, and writes its log to stdout as JSON lines. */
  readonly isBackground: boolean;
  readonly signal: AbortSignal;
}

/** A line of `deployer doctor`. */
export interface HealthCheck {
  readonly name: string;
  readonly ok: boolean;
  /** What was seen. */
  readonly detail: string;
  /** What to do about it; null when it is well. */
  readonly hint: string | null;
}
