import type { Plan } from '../core/pipeline/plan.ts';
import type { Actor } from '../core/pipeline/run.ts';

/** What a workflow is started with. Stored by the engine: a field may be added, never changed or removed. */
export interface PipelineInput {
  readonly run: string;
  readonly plan: Plan;
  /** Indices of the stages to run, in order: all of them, or what a retry does. */
  readonly stages: readonly number[];
}

export interface RollbackInput {
  readonly integration: string;
  readonly environment: string;
  /** What was stable when it was chosen. */
  readonly from: string | null;
  /** The deployment to go back to; when it has retired, a new one with its inputs is made. */
  readonly to: string;
  readonly by: Actor;
  readonly reason: string | null;
  /** Name of the rollback: its workflow, and under it the environment is held. */
  readonly holder: string;
  /**
   * Asked for at another host: it begins before this time by the clock of the database (milliseconds since the epoch),
   * or not at all, because whoever asked has been told so.
   */
  readonly notAfterMs?: number;
}

/** How a rollback ended, as whoever asked for it is told. */
export type RollbackOutcome =
  | {
      readonly kind: 'done';
      readonly to: string;
      readonly switchMs: number;
      readonly workersMs: number;
      /** When the last edge worker had acknowledged, in milliseconds since the epoch. */
      readonly acknowledgedAtMs: number;
    }
  /** What is stable is not what it was when this was chosen: it is to be chosen again. */
  | { readonly kind: 'stale' }
  | { readonly kind: 'busy'; readonly holder: string }
  /** Nobody took it up in time; nothing has changed. */
  | { readonly kind: 'late' }
  /** Nothing has changed. */
  | { readonly kind: 'failed'; readonly message: string }
  /** It is decided, and convergence goes on with it. */
  | { readonly kind: 'unfinished'; readonly to: string; readonly message: string };
