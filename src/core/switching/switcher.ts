import type { CandidateFacts, RunFacts } from '../pipeline/step.ts';
import type { Actor } from '../pipeline/run.ts';
import type { EdgeRef } from './edge.ts';

/** Why traffic moved. */
export type SwitchCause = 'ship' | 'rehearsal' | 'rollback' | 'watch' | 'uat' | 'undo';

export interface SwitchRequest extends EdgeRef {
  /** Deployment to make stable; null takes the environment off the air (503). */
  readonly to: string | null;
  /** What the caller believes is stable; a switch from anything else is refused. */
  readonly from: string | null;
  readonly cause: SwitchCause;
  /** A person's, where a person decided. */
  readonly reason: string | null;
  readonly by: Actor;
  /** The run, or the rollback, that holds the environment; a switch by anyone else is refused. */
  readonly holder: string;
  readonly run: string | null;
  /** The one that is left ends when its requests have, and why. @default it stays warm */
  readonly drains?: { readonly reason: string | null };
}

export interface SwitchResult {
  readonly generation: number;
  /** Until the last edge worker acknowledged. */
  readonly switchMs: number;
  /** Hand-over of `when-live` workers; 0 without them. */
  readonly workersMs: number;
}

/** Moves the traffic of environments between deployments that run, and brings deployments up. */
export interface Switcher {
  switchTo(request: SwitchRequest, signal: AbortSignal): Promise<SwitchResult>;
}

/** Makes deployments and brings them up. */
export interface Candidates {
  /**
   * The candidate of a run in an environment: recorded (once per run and attempt), started until it is ready, and
   * given a preview.
   */
  prepare(request: CandidateRequest, signal: AbortSignal): Promise<CandidateFacts>;
  /** A second deployment of the same release and configuration as `of`, ready. For a rehearsal on a first deploy. */
  prepareTwin(of: CandidateFacts, signal: AbortSignal): Promise<CandidateFacts>;
  /** Ends a deployment that takes no traffic, and records it as failed or retired. */
  discard(deployment: CandidateFacts, reason: string, signal: AbortSignal): Promise<void>;
}

export interface CandidateRequest {
  readonly run: RunFacts;
  readonly environment: string;
}
