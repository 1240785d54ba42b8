import type { TipOutcome } from '../../core/tracking/tracking.ts';

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
