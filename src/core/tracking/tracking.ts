import type { ErrorCode } from '../../errors.ts';
import { count } from '../texts/figures.ts';

/** A branch whose new commits are shipped by themselves. */
export interface TrackedBranch {
  /** Absolute path of a clone on the tracker's host. */
  readonly repository: string;
  /** Name of a remote of that clone, or a URL, whose branch it is; null: the clone's own branch. */
  readonly remote: string | null;
  readonly branch: string;
  /** Of whoever tracks it, as recorded: HOME with its credential helpers, PATH, proxies. */
  readonly env: Readonly<Record<string, string>>;
}

/** How two commits of a branch relate that were its tips one after the other. */
export interface TipPath {
  /** Whether the former is in the history of the newer; otherwise the branch was rewritten. */
  readonly isAhead: boolean;
  /** That the newer has and the former has not. */
  readonly commits: number;
}

/** Tracked branches, as they are now, and the way of their commits into the server's clone. */
export interface Branches {
  /** The newest commit; null when there is no such branch. Throws when it cannot be looked at. */
  tip(branch: TrackedBranch, signal: AbortSignal): Promise<string | null>;
  /** Brings the tip into the clone of an integration, and returns it: the branch may have moved on meanwhile. */
  bring(
    branch: TrackedBranch,
    into: { readonly integration: string; readonly tip: string },
    signal: AbortSignal,
  ): Promise<string>;
  /** Null when the server's clone does not know `from`. */
  path(
    pair: { readonly integration: string; readonly from: string; readonly to: string },
    signal: AbortSignal,
  ): Promise<TipPath | null>;
}

/** What a look at a tracked branch has found, beside what was seen before. */
export interface TipNews {
  /** The tip that was dealt with last; null: this is the first look. */
  readonly from: string | null;
  readonly commit: string;
  /** New with it; null: cannot be told. */
  readonly commits: number | null;
  readonly rewritten: boolean;
}

/** What is new when the tip of a branch is not (or no longer) the one that was dealt with last. */
export function tipNews(from: string | null, commit: string, path: TipPath | null): TipNews {
  return { from, commit, commits: path?.commits ?? null, rewritten: path !== null && !path.isAhead };
}

/** `known`: it has a run to the same environment already, whoever started it. */
export type TipOutcome = 'shipped' | 'refused' | 'known';

/** A sentence for those who wonder where their commit is; null when the tip is all that was new. */
export function newsText(
  { from, commit, commits, rewritten }: TipNews,
  branch: string,
  outcome: TipOutcome,
): string | null {
  if (from === null) return null;
  const [former, newer] = [shortCommit(from), shortCommit(commit)];
  const fate =
    outcome === 'shipped' ? 'is shipped' : outcome === 'known' ? 'has a run already' : 'was refused';
  if (rewritten) return `${branch} was rewritten: ${former} is not in its history any more; ${newer} ${fate}`;
  if (commits === null || commits < 2) return null;
  return `${count(commits, 'commit')} came together (${former}..${newer}); ${newer} ${fate}`;
}

/** Why a commit is not shipped, for good: another look would find the same. Anything else may pass. */
const refusals: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'spec_not_found',
  'spec_invalid',
  'request_invalid',
  'not_built',
  'environment_not_found',
  'history_unrelated',
  'branch_not_tracked',
  'release_held',
  'gate_missing',
  'environment_missing',
]);

/** Whether an error says no to the commit, so that the tracker goes on with the next one. */
export function isRefusal(code: ErrorCode): boolean {
  return refusals.has(code);
}

const pauseMs = { local: 3000, remote: 30_000 };
const longestPauseMs = 5 * 60_000;

/** From one look to the next: a remote is asked less often, and one that does not answer less and less. */
export function lookPauseMs({ remote }: Pick<TrackedBranch, 'remote'>, failures: number): number {
  const pause = remote === null ? pauseMs.local : pauseMs.remote;
  return Math.min(pause * 2 ** failures, longestPauseMs);
}

/**
 * Where a tracker begins when somebody tracks a branch. One that was tracked before goes on where it was, also from
 * another clone, so that nothing is lost on a move.
 *
 * @returns the commit that counts as dealt with; null: the next look ships the tip
 */
export function startOf(
  former: { readonly branch: string; readonly cursor: string | null } | null,
  asked: { readonly branch: string; readonly tip: string; readonly polls: boolean },
): string | null {
  if (former?.branch === asked.branch) return former.cursor;
  return asked.polls ? asked.tip : null;
}

/** Whether an address carries a password or a token, which must not stand in a record. */
export function carriesSecret(address: string): boolean {
  return /^(?:https?:\/\/[^\s/@]+@|\w+:\/\/[^\s/@]*:[^\s/@]*@)/.test(address);
}

/** What a program says of its remotes, fit for a record. */
export function withoutSecrets(text: string): string {
  return text.replaceAll(/(\w+:\/\/)[^\s/@]+@/g, '$1***@');
}

function shortCommit(commit: string): string {
  return commit.slice(0, 7);
}
