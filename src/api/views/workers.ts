/** How this server is: for a service manager or a load balancer, which look at the status (200, else 503). */
export interface HealthView {
  /** False: work does not advance any more; it should be started anew. */
  readonly live: boolean;
  /** False: nothing new should be sent here. */
  readonly ready: boolean;
  readonly troubles: readonly {
    readonly what: string;
    readonly since: string;
    readonly next: string | null;
  }[];
}

export interface WorkerView {
  readonly host: string;
  readonly home: string;
  readonly kind: 'server' | 'worker';
  readonly pid: number;
  readonly version: string;
  readonly startedAt: string;
  /** Last sign of life. */
  readonly beatAt: string;
  /** False: it has given none for 20 s, and its work is taken over. */
  readonly living: boolean;
  /** Stages in flight: run and stage. */
  readonly doing: readonly string[];
}

export interface WorkersView {
  readonly workers: readonly WorkerView[];
  /** Of the server that was asked. */
  readonly health: HealthView;
}
