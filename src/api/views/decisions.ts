import type { Binding, BindingChange } from '../../core/approval/binding.ts';
import type { Refusal } from '../../core/approval/policy.ts';
import type { Waiting } from '../../core/pipeline/run.ts';
import type { Readiness } from './status.ts';
import type { StableEnvironment } from '../../core/pipeline/way-in-force.ts';

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
  /** Why whoever asks may not decide this; null: they may, or did not say who they are. */
  readonly refusal: Refusal | null;
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

/** Policies in force, where something is stable, and by which way releases come there. */
export interface PoliciesView {
  readonly policies: readonly StableEnvironment[];
}
