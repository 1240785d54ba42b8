import type { DeploymentState } from '../../core/switching/deployment.ts';
import type { TargetKind } from '../../core/definition/integration.ts';
import type { RunState, Waiting } from '../../core/pipeline/run.ts';
import type { Observation } from '../../core/places/target.ts';
import type { HoldView } from './holds.ts';
import type { TrackerView } from './tracking.ts';

export interface Readiness {
  readonly ready: boolean;
  readonly reasons: readonly string[];
}

export interface StatusView {
  readonly integration: string;
  readonly name: string;
  readonly emoji: string;
  readonly waiting: readonly Waiting[];
  /** Open runs that wait for nobody, oldest first. */
  readonly running: readonly RunningView[];
  readonly environments: readonly EnvironmentView[];
  /** The branch whose new commits are shipped by themselves; null: none. */
  readonly tracking: TrackerView | null;
  /** What is wrong with the server that was asked, or with runs on its host; empty when well. */
  readonly trouble: readonly string[];
  /** What is not wrong but to be known: revoked secrets with which something still runs. */
  readonly notices: readonly string[];
}

export interface RunningView {
  readonly run: string;
  readonly state: RunState;
  /** Null: it has no release yet. */
  readonly version: string | null;
  /** Of the stage; null: before any environment, or at no stage. */
  readonly environment: string | null;
  /** That is at work; null: none is, as while it is queued. */
  readonly stage: string | null;
  /** When the stage began; without one, when the run was shipped. */
  readonly since: string;
}

export interface EnvironmentView {
  readonly name: string;
  readonly target: TargetKind;
  /** The host that has it, when that is another one than the server's: name and home. */
  readonly host: string | null;
  /** Null before the first deployment, and where only another host knows it. */
  readonly url: string | null;
  readonly caFile: string | null;
  readonly live: {
    readonly deployment: string;
    readonly release: string;
    readonly version: string;
    readonly since: string;
  } | null;
  /** What a bare `rollback` would go to. */
  readonly previous: {
    readonly deployment: string;
    readonly release: string;
    readonly version: string;
    readonly warm: boolean;
    readonly rollback: Readiness;
  } | null;
  readonly candidate: {
    readonly deployment: string;
    readonly release: string;
    readonly version: string;
    readonly state: DeploymentState;
    readonly url: string | null;
  } | null;
  readonly deployments: readonly DeploymentView[];
  /** What exists once in the environment, beside deployments; empty where nothing does. */
  readonly residents: readonly ResidentView[];
  readonly frozen: FrozenView | null;
  readonly waiting: readonly Waiting[];
  /** What is wrong with the environment itself (an edge that does not answer, a supervisor gone); empty when well. */
  readonly trouble: readonly string[];
}

export interface ResidentView {
  readonly component: string;
  /** The release that changed it last; null: it has not been ready yet. */
  readonly release: string | null;
  readonly version: string | null;
  /** When that was. */
  readonly since: string | null;
  /** The run that is changing it; null: none. */
  readonly changing: string | null;
  /** How it is now; null: only another host knows. */
  readonly state: Observation['state'] | null;
  /** Where deployments reach it; null: nothing answers there now, or it does not listen. */
  readonly url: string | null;
  /** Whether the release that is live still has it: one that has not leaves it, with its data, as it is. */
  readonly isUsed: boolean;
}

export interface FrozenView {
  readonly reason: string;
  readonly by: string;
  readonly since: string;
  /** Null: until somebody ends it. */
  readonly until: string | null;
}

export interface DeploymentView {
  readonly deployment: string;
  readonly release: string;
  readonly version: string;
  readonly state: DeploymentState;
  readonly stable: boolean;
  /** Part of the default rule's traffic, 0 to 1. */
  readonly share: number;
  readonly audience: string | null;
  /** Its preview; null when it has none. */
  readonly url: string | null;
  readonly since: string;
  /** What keeps a rollback from it; null: nothing does. */
  readonly hold: Pick<HoldView, 'environment' | 'reason' | 'by'> | null;
}
