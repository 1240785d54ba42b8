import type { BindingChange, Binding } from '../core/binding.ts';
import type { DeploymentState } from '../core/deployment.ts';
import type { Policy, TargetKind } from '../core/integration.ts';
import type { RunState, StageRecord, Waiting } from '../core/run.ts';
import type { RetentionPolicy } from '../core/retention.ts';
import type { TipOutcome } from '../core/tracking.ts';

/** What the API answers. Digests are never shortened; times are ISO 8601 in UTC; no URL ends in `/`. */

export interface ServerView {
  readonly pid: number;
  /** Version of the package; a newer CLI restarts an older server. */
  readonly version: string;
  /** Commit time (ISO 8601) of the code; decides between equal versions. */
  readonly builtAt: string;
  readonly home: string;
  readonly startedAt: string;
  readonly database: { readonly kind: 'embedded' | 'external'; readonly version: string };
}

export interface Readiness {
  readonly ready: boolean;
  readonly reasons: readonly string[];
}

export interface StatusView {
  readonly integration: string;
  readonly name: string;
  readonly emoji: string;
  readonly waiting: readonly Waiting[];
  readonly environments: readonly EnvironmentView[];
  /** The branch whose new commits are shipped by themselves; null: none. */
  readonly tracking: TrackerView | null;
  /** What is wrong with the server that was asked, or with runs on its host; empty when well. */
  readonly trouble: readonly string[];
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
  readonly frozen: FrozenView | null;
  readonly waiting: readonly Waiting[];
  /** What is wrong with the environment itself (an edge that does not answer, a supervisor gone); empty when well. */
  readonly trouble: readonly string[];
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

export interface HoldView {
  /** Null: every environment. */
  readonly environment: string | null;
  readonly reason: string;
  readonly by: string;
  readonly at: string;
}

export interface ReleasesView {
  readonly releases: readonly {
    readonly release: string;
    readonly version: string;
    readonly commit: string;
    readonly createdAt: string;
    /** Environments in which it is live. */
    readonly environments: readonly string[];
    readonly holds: readonly HoldView[];
    /** When its artifacts went; null: it can be deployed. */
    readonly prunedAt: string | null;
  }[];
  readonly next: string | null;
}

export interface DiffView {
  readonly a: string;
  readonly b: string;
  readonly changes: readonly { readonly path: string; readonly from: unknown; readonly to: unknown }[];
}

/** What a person is asked to decide. `binding` goes back with the answer. */
export interface DecisionView {
  readonly run: string;
  readonly kind: 'approval' | 'uat' | 'undecided';
  readonly environment: string | null;
  readonly stage: string;
  readonly version: string | null;
  readonly commit: string;
  readonly authors: readonly string[];
  readonly requester: string;
  readonly parts: Binding | null;
  readonly binding: string | null;
  readonly waiting: Waiting;
  /** Release manifest and configuration against what is stable there. */
  readonly changes: readonly { readonly path: string; readonly from: unknown; readonly to: unknown }[];
  readonly rollback: Readiness;
  /** Sentences that the decider must see: descends from a held release, first deployment brings its own policy, … */
  readonly notices: readonly string[];
  readonly approvals: { readonly given: readonly string[]; readonly needed: number } | null;
  readonly scenarios: readonly string[];
  /** Where the tester finds the deployment to judge; null when nothing runs. */
  readonly url: string | null;
  readonly caFile: string | null;
}

export interface DecidedView {
  readonly run: string;
  readonly decision: 'approved' | 'rejected' | 'uat passed' | 'uat failed' | 'retried';
  readonly by: string;
  readonly at: string;
  readonly environment: string | null;
  readonly approvals: { readonly given: readonly string[]; readonly needed: number } | null;
}

export interface MismatchDetail {
  readonly changes: readonly BindingChange[];
}

export interface RollbackView {
  readonly environment: string;
  readonly from: string | null;
  readonly to: string;
  /** Request received by the server until the last edge worker acknowledged. */
  readonly switchMs: number;
  /** Hand-over of `when-live` workers; 0 without them. */
  readonly workersMs: number;
  readonly restored: {
    readonly release: string;
    readonly configuration: string;
    /** Revoked versions that were not restored, and what is used in their place; references. */
    readonly substituted: readonly { readonly revoked: string; readonly used: string | null }[];
  };
}

export interface RollbackReadinessView {
  readonly environment: string;
  readonly from: string | null;
  readonly to: string | null;
  readonly version: string | null;
  readonly warm: boolean;
  readonly ready: boolean;
  readonly reasons: readonly string[];
}

export interface FreezeView {
  readonly environment: string;
  readonly frozen: FrozenView | null;
}

/** Policies in force, where something is stable. */
export interface PoliciesView {
  readonly policies: readonly {
    readonly environment: string;
    /** The stable deployment that brought it. */
    readonly from: string;
    readonly policy: Policy;
  }[];
}

export interface HoldsView {
  readonly release: string;
  readonly version: string;
  readonly holds: readonly HoldView[];
}

export interface SecretsView {
  readonly secrets: readonly SecretView[];
  readonly next: string | null;
}

/** A secret, never its value. */
export interface SecretView {
  readonly path: string;
  readonly key: string;
  /** The newest first. */
  readonly versions: readonly SecretVersionView[];
}

export interface SecretVersionView {
  readonly version: number;
  readonly at: string;
  readonly by: string;
  readonly revoked: { readonly at: string; readonly by: string; readonly reason: string } | null;
  /** What runs and was prepared with it. */
  readonly usedBy: readonly { readonly deployment: string; readonly state: DeploymentState }[];
}

/** What was done to one version, and how the secret stands now. */
export interface SecretChangeView extends SecretView {
  readonly version: number;
}

export interface CancelView {
  readonly run: string;
  readonly state: RunState;
}

export interface ShippedView {
  readonly run: string;
  readonly state: RunState;
}

/** A backup that was written, or restored. */
export interface BackupView {
  readonly file: string;
  /** The moment that it is of. */
  readonly createdAt: string;
  readonly integrations: readonly string[];
  readonly bytes: number;
}

/** What `prune` removed, or would remove. */
export interface PruneView {
  readonly dryRun: boolean;
  readonly summary: string;
  readonly policy: RetentionPolicy;
  readonly releases: readonly {
    readonly integration: string;
    readonly release: string;
    readonly version: string;
  }[];
  readonly deployments: readonly { readonly integration: string; readonly deployment: string }[];
  readonly runs: readonly string[];
  readonly workspaces: readonly string[];
  readonly commits: number;
  readonly artifacts: { readonly blobs: number; readonly bytes: number };
  readonly problems: readonly string[];
}

export interface ScheduleView {
  readonly name: string;
  readonly cron: string;
  readonly timeZone: string;
  readonly nextAt: string | null;
  readonly startedAt: string | null;
  /** Null while it goes on. */
  readonly endedAt: string | null;
  readonly ok: boolean | null;
  readonly summary: string | null;
  /** Times before the last start at which no server was there. */
  readonly missed: number;
}

export interface MaintenanceView {
  readonly disk: {
    readonly kinds: readonly { readonly kind: string; readonly bytes: number }[];
    readonly freeBytes: number;
  };
  readonly schedules: readonly ScheduleView[];
}

export interface StoppedView {
  readonly stopped: readonly string[];
}

/** A branch whose new commits are shipped by themselves. */
export interface TrackerView {
  readonly integration: string;
  readonly branch: string;
  /** Name of a remote of the clone, or a URL; null: the clone's own branch. */
  readonly remote: string | null;
  /** The clone. */
  readonly repository: string;
  readonly host: string;
  /** As whom its commits are shipped. */
  readonly by: string;
  readonly since: string;
  /** False: looked at only when somebody asks for it. */
  readonly polls: boolean;
  /** The commit that was dealt with last; null: none yet. */
  readonly seen: string | null;
  readonly lookedAt: string | null;
  /** Null: when somebody asks for it, or another host knows. */
  readonly looksAt: string | null;
  /** Why the branch could not be looked at, since when, and what to type. */
  readonly trouble: { readonly message: string; readonly hint: string; readonly since: string } | null;
  /** What became of its newest tips, newest first. */
  readonly tips: readonly TipView[];
}

/** What became of a commit that was the tip of a tracked branch. */
export interface TipView {
  readonly commit: string;
  /** Tip before it; null: it was the first. */
  readonly from: string | null;
  /** How many came with it, itself among them; null: cannot be told. */
  readonly commits: number | null;
  readonly rewritten: boolean;
  /** `known`: it had a run already. */
  readonly outcome: TipOutcome;
  readonly run: string | null;
  /** Why it was refused. */
  readonly reason: string | null;
  /** What to do about that. */
  readonly next: string | null;
  /** That several came together, or that the history was rewritten. */
  readonly news: string | null;
  readonly at: string;
}
