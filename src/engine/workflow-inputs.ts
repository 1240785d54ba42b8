import type { Plan } from '../core/plan.ts';

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
  readonly from: string | null;
  /** The new deployment with the inputs of the old one. */
  readonly to: string;
  readonly by: string;
  /** Name under which the environment is held. */
  readonly holder: string;
}
