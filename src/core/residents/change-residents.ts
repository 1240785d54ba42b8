import type { RunFacts } from '../pipeline/step.ts';

/** What the stage did with one. */
export interface ResidentChange {
  readonly component: string;
  readonly change: 'started' | 'changed' | 'unchanged';
  /** Where it is reached; null: it does not listen. */
  readonly url: string | null;
  readonly artifact: string;
}

export interface ResidentRequest {
  readonly run: RunFacts;
  readonly environment: string;
  /** Told of each before anything of it is done, so that it outlives a crash: a second time finds it done already. */
  readonly begins: (component: string, change: BegunChange) => Promise<void>;
  readonly log: (line: string) => void;
}

export type BegunChange = Exclude<ResidentChange['change'], 'unchanged'>;

/** Changes the residents of environments. */
export interface Residents {
  /**
   * Makes the residents of an environment what the run's release and configuration say, in place. When one does not get
   * ready, all are as before, and the error says why. Throws `component_not_ready`, `release_held`.
   */
  change(request: ResidentRequest, signal: AbortSignal): Promise<readonly ResidentChange[]>;
}
