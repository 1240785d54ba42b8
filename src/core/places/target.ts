import type { Component, ComponentShape, Resources, TargetKind } from '../definition/integration.ts';

/**
 * What a place must be able to do with deployments. Every call is idempotent by deployment id and ends when `signal`
 * aborts. All targets pass the conformance suite in `test/conformance/`.
 */
export interface Target {
  readonly kind: TargetKind;
  /**
   * Starts every component that is not a `when-live` worker, in `needs` order, and returns when all are ready.
   * A deployment that runs already is adopted; a resident that runs with other inputs has ended before it starts with
   * these. Fails with `component_not_ready`, log lines in its detail; what was started is left for `retire`.
   */
  prepare(preparation: Preparation, signal: AbortSignal): Promise<void>;
  /** What is there now; never throws because a deployment is absent. */
  observe(deployment: DeploymentRef, signal: AbortSignal): Promise<Observation>;
  /** What its replicas use now; null: nothing of it runs, or the place cannot tell. */
  figures(deployment: DeploymentRef, signal: AbortSignal): Promise<DeploymentFigures | null>;
  /** Starts the `when-live` workers of a deployment and returns when they are ready. */
  startWorkers(deployment: DeploymentRef, signal: AbortSignal): Promise<void>;
  /** Ends the `when-live` workers (SIGTERM, their drain time, SIGKILL) and returns when they are gone. */
  stopWorkers(deployment: DeploymentRef, signal: AbortSignal): Promise<void>;
  /**
   * Ends everything of a deployment, dependents first, and removes what it occupied, except its logs and `DATA_DIR`.
   */
  retire(deployment: DeploymentRef, signal: AbortSignal): Promise<void>;
  /** Of all that runs at the place, not of one deployment; null: the place cannot tell. */
  memory(signal: AbortSignal): Promise<PlaceMemory | null>;
  /** Stored lines, oldest first; with `follow`, new ones until `signal` aborts. */
  logs(query: LogQuery, signal: AbortSignal): AsyncIterable<ComponentLogLine>;
}

export interface DeploymentRef {
  readonly integration: string;
  readonly environment: string;
  /** `<environment>-<n>`; of a resident `<environment>-<component>` */
  readonly deployment: string;
}

/** Everything that a place needs to bring a deployment up, now or again later: frozen when the deployment is made. */
export interface Preparation extends DeploymentRef {
  readonly release: string;
  readonly components: readonly PreparedComponent[];
  /** PATH, HOME, LANG, TMPDIR as recorded at ship time; nothing else of the caller's environment. */
  readonly baseEnv: Readonly<Record<string, string>>;
  /** Addresses of residents, by component name; absent where there are none. */
  readonly urls?: Readonly<Record<string, string>>;
  /** Present only as in `ResidentPreparation`. */
  readonly resident?: ResidentPlace;
}

/** Of what exists once per environment: one component and no other, which gets `DATA_DIR`. */
export interface ResidentPreparation extends Preparation {
  readonly components: readonly [PreparedComponent];
  readonly resident: ResidentPlace;
}

export interface ResidentPlace {
  /** Where it is reached, whatever runs; null: it does not listen. */
  readonly port: number | null;
  /** `runtimes.node` of its release; absent: it runs with what PATH has. */
  readonly node?: number;
}

export interface PreparedComponent extends Component {
  /** Digest of the component's artifact (its OCI manifest), `sha256:…`. */
  readonly artifact: string;
  readonly shape: ComponentShape;
}

export interface Observation {
  /** `absent`: nothing of it runs. `failed`: the deployment will not get ready by itself. */
  readonly state: 'absent' | 'starting' | 'ready' | 'degraded' | 'failed';
  /** In one sentence, why it is not ready; null when it is. */
  readonly reason: string | null;
  /** Nobody answered: `reason` says why, and no more is known than that. */
  readonly isUnseen?: boolean;
  readonly components: readonly ComponentObservation[];
  /** Addresses (`127.0.0.1:4711`) of the ready replicas of the public component. */
  readonly endpoints: readonly string[];
  /** Whether the `when-live` workers are wanted to run; null without such workers. */
  readonly workersActive: boolean | null;
}

export interface ComponentObservation {
  readonly name: string;
  /** Digest of the artifact that its replicas are started from; absent: the place does not tell. */
  readonly artifact?: string;
  /** Digest of what they are started with (`componentInputs`); absent: the place does not tell. */
  readonly inputs?: string;
  readonly replicas: readonly ReplicaObservation[];
}

export interface ReplicaObservation {
  readonly index: number;
  readonly state: 'starting' | 'ready' | 'unready' | 'failed' | 'stopped';
  readonly pid: number | null;
  readonly address: string | null;
  /** How often it was started again. */
  readonly restarts: number;
  /** How often it ended after it had been ready; 0 for one that only took several tries to start. */
  readonly crashes: number;
  /** When its newest process started, ISO 8601; null: none has yet. */
  readonly startedAt: string | null;
  /** Why it is not ready; null when it is. */
  readonly reason: string | null;
}

/** What a deployment uses, read when it was asked for: looking costs too much to do it with every observation. */
export interface DeploymentFigures {
  /** ISO 8601, when it was read. */
  readonly at: string;
  readonly replicas: readonly ReplicaFigures[];
}

export interface ReplicaFigures extends Pick<
  ReplicaObservation,
  'index' | 'state' | 'restarts' | 'startedAt'
> {
  readonly component: string;
  /** Processor time of its newest process and all that descend from it; null: the system does not tell. */
  readonly cpuSeconds: number | null;
  /** Resident memory of the same, pages that they share counted for each. */
  readonly memoryBytes: number | null;
  readonly limits: Resources;
}

export interface PlaceMemory {
  readonly totalBytes: number;
  /** What could be taken now without something else having to give it back. */
  readonly availableBytes: number;
}

export interface LogQuery extends DeploymentRef {
  /** Null: all components. */
  readonly component: string | null;
  readonly follow: boolean;
  /** How many of the newest stored lines to begin with; null: all. */
  readonly tail: number | null;
}

/** A line that a component wrote; `logs --json` prints it as it is. */
export interface ComponentLogLine {
  /** ISO 8601 with milliseconds, UTC. */
  readonly at: string;
  readonly deployment: string;
  readonly component: string;
  readonly replica: number;
  readonly stream: 'stdout' | 'stderr';
  readonly line: string;
}
