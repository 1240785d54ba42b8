import type { RunState, StageRecord, SwitchedBack, Waiting } from '../../core/pipeline/run.ts';

export interface RunView {
  readonly run: string;
  readonly integration: string;
  readonly release: string | null;
  readonly version: string | null;
  readonly commit: string;
  readonly state: RunState;
  readonly to: string;
  readonly requester: string;
  readonly note: string | null;
  readonly reason: string | null;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly stages: readonly StageRecord[];
  readonly waiting: Waiting | null;
  /** Where users were taken back, because it ended badly, in order; of every attempt. */
  readonly switchedBack: readonly (SwitchedBack & { readonly at: string })[];
  /** What keeps a run that ended from being retried: its release is on hold on the way; null when nothing does. */
  readonly hold: { readonly environment: string | null; readonly reason: string } | null;
}

export type RunSummary = Pick<
  RunView,
  'run' | 'release' | 'version' | 'commit' | 'state' | 'to' | 'startedAt' | 'endedAt' | 'waiting'
>;

export interface RunsView {
  readonly runs: readonly RunSummary[];
  readonly next: string | null;
}

export interface ShippedView {
  readonly run: string;
  readonly state: RunState;
}

export interface CancelView {
  readonly run: string;
  readonly state: RunState;
}
