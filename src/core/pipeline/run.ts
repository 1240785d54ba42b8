import type { Verdict } from '../verdicts/verdict.ts';

export type RunState = 'queued' | 'running' | 'waiting' | 'succeeded' | 'failed' | 'cancelled' | 'superseded';

export function hasEnded(state: RunState): boolean {
  return state === 'succeeded' || state === 'failed' || state === 'cancelled' || state === 'superseded';
}

/** `skipped`: the run ended before it. `waived`: it was undecided, and a person had the run go on all the same. */
export type StageState =
  | 'pending'
  | 'running'
  | 'waiting'
  | 'passed'
  | 'failed'
  | 'undecided'
  | 'waived'
  | 'skipped';

export interface StageRecord {
  readonly name: string;
  readonly environment: string | null;
  readonly state: StageState;
  readonly verdict: Verdict | null;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly reason: string | null;
}

/** Index of the stage at which a run waits for a person's decision; -1: it waits for none. */
export function askingStage(stages: readonly Pick<StageRecord, 'state'>[]): number {
  return stages.findIndex(({ state }) => state === 'waiting' || state === 'undecided');
}

export type WaitingKind = 'uat' | 'approval' | 'freeze' | 'undecided' | 'capacity';

/** Index of the last stage of an environment that has begun: what a run did there is judged by it; -1: none has. */
export function lastBegun(
  stages: readonly Pick<StageRecord, 'environment' | 'state'>[],
  environment: string,
): number {
  return stages.findLastIndex(
    (stage) => stage.environment === environment && stage.state !== 'pending' && stage.state !== 'skipped',
  );
}

/** Every waiting thing says for what, since when, until when, and the next command to type. */
export interface Waiting {
  readonly kind: WaitingKind;
  readonly run: string;
  readonly environment: string | null;
  readonly reason: string;
  /** ISO 8601, UTC, as are all times on the wire. */
  readonly since: string;
  /** When it ends by itself: the run then fails with "no decision". */
  readonly deadline: string;
  /** The full command to type. */
  readonly next: string;
  /** What sets the gate aside, where it can be; absent elsewhere. */
  readonly waive?: string;
  /** Who may decide, where the policy names people. */
  readonly by?: readonly string[];
}

/** What happens in a run, in order; the lines of `ship --json`. */
export type RunEvent =
  | ({ readonly type: 'stage'; readonly run: string; readonly at: string } & StageRecord)
  | {
      readonly type: 'log';
      readonly run: string;
      readonly at: string;
      readonly stage: string;
      readonly environment: string | null;
      readonly stream: LogStream;
      readonly line: string;
    }
  | { readonly type: 'waiting'; readonly run: string; readonly at: string; readonly waiting: Waiting }
  | ({ readonly type: 'switched-back'; readonly run: string; readonly at: string } & SwitchedBack)
  | {
      readonly type: 'result';
      readonly run: string;
      readonly at: string;
      readonly state: RunState;
      readonly waiting: Waiting | null;
      readonly reason: string | null;
    };

/** Users are where they were before the run, because it ended badly. */
export interface SwitchedBack {
  readonly environment: string;
  readonly from: string;
  /** Null: there was no former deployment, so the environment is off the air. */
  readonly to: string | null;
  readonly cause: 'watch' | 'uat' | 'undo';
  /** Until the last edge worker acknowledged. */
  readonly switchMs: number;
  /** Hand-over of `when-live` workers; 0 without them. */
  readonly workersMs: number;
}

/** `note`: said by Deployer itself, not by a command. */
export type LogStream = 'stdout' | 'stderr' | 'note';

/** Who acts. Identities are plain strings; `proven` says whether a log-in stood behind it. */
export interface Actor {
  readonly identity: string;
  readonly proven: boolean;
}

/** How a run stands, to follow its name: `has failed`, `is running`. */
export function standing(state: RunState): string {
  if (state === 'succeeded' || state === 'failed') return `has ${state}`;
  return state === 'cancelled' || state === 'superseded' ? `was ${state}` : `is ${state}`;
}
