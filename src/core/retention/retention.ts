import { type DeploymentState, occupiesPlace } from '../switching/deployment.ts';

/** What is kept, and for how long; set by whoever operates the server. */
export interface RetentionPolicy {
  /** The newest releases of each integration stay, whatever their age. */
  readonly releasesKept: number;
  /** Younger releases stay, however many there are. */
  readonly releaseDays: number;
  /** Deployments of each environment, the latest first, that `rollback --to` can return to. */
  readonly rollbacksKept: number;
  /** Output of components that have ended and of the stages of runs that have, with the engine's records of these. */
  readonly logDays: number;
}

export const defaultRetention: RetentionPolicy = {
  releasesKept: 20,
  releaseDays: 30,
  rollbacksKept: 5,
  logDays: 30,
};

/** What is recorded of an integration. Pruned ones are left out of all lists. */
export interface RetentionFacts {
  readonly nowMs: number;
  readonly releases: readonly {
    readonly release: string;
    readonly commit: string;
    readonly createdAtMs: number;
  }[];
  readonly deployments: readonly {
    readonly deployment: string;
    readonly release: string;
    readonly run: string | null;
    readonly state: DeploymentState;
    readonly stateAtMs: number;
  }[];
  readonly environments: readonly {
    /** Release that a bare rollback would return to. */
    readonly previous: string | null;
    /** Releases that were stable, the latest first. */
    readonly former: readonly string[];
  }[];
  readonly runs: readonly {
    readonly run: string;
    readonly commit: string;
    readonly release: string | null;
    /** Null: it is open. */
    readonly endedAtMs: number | null;
  }[];
  /** Commits of releases on hold: whether a commit descends from one is said when it is to be approved. */
  readonly heldCommits: readonly string[];
}

/** What may go. Everything else stays. */
export interface Prunable {
  readonly releases: readonly string[];
  /** Whose files and logs may go; what is recorded of them stays. */
  readonly deployments: readonly string[];
  /** The lines of whose logs may go; stages, evidence and results stay. */
  readonly runs: readonly string[];
}

const dayMs = 24 * 3_600_000;

/**
 * What may go by a policy: never what runs or is warm, what a rollback returns to, what an open run needs, or the
 * newest releases. What a rollback returns to is the former deployment, and the latest ones of each environment beside
 * it.
 */
export function prunable(facts: RetentionFacts, policy: RetentionPolicy): Prunable {
  const kept = keptReleases(facts, policy);
  const open = openRuns(facts);
  const keptFromMs = logsKeptFromMs(facts.nowMs, policy);
  const isOld = (sinceMs: number): boolean => sinceMs < keptFromMs;
  return {
    releases: facts.releases.flatMap(({ release }) => (kept.has(release) ? [] : [release])),
    deployments: facts.deployments
      .filter(({ state, stateAtMs }) => !occupiesPlace(state) && isOld(stateAtMs))
      .filter(({ run }) => run === null || !open.has(run))
      .map(({ deployment }) => deployment),
    runs: facts.runs.flatMap(({ run, endedAtMs }) => (endedAtMs !== null && isOld(endedAtMs) ? [run] : [])),
  };
}

/** From when on output, observations and notifications are kept, in milliseconds since the epoch. */
export function logsKeptFromMs(nowMs: number, { logDays }: RetentionPolicy): number {
  return nowMs - logDays * dayMs;
}

/**
 * Before when a run or a rollback must have ended for the engine's records of it to go, in milliseconds since the
 * epoch. A day at least: how a rollback ended is asked for at another host until then.
 */
export function endedBeforeMs(nowMs: number, policy: RetentionPolicy): number {
  return Math.min(logsKeptFromMs(nowMs, policy), nowMs - dayMs);
}

/** Commits that must stay in the clone of an integration, when `releases` go. */
export function wantedCommits(facts: RetentionFacts, releases: readonly string[]): ReadonlySet<string> {
  const going = new Set(releases);
  return new Set([
    ...facts.releases.filter(({ release }) => !going.has(release)).map(({ commit }) => commit),
    ...facts.runs.filter(({ endedAtMs }) => endedAtMs === null).map(({ commit }) => commit),
    ...facts.heldCommits,
  ]);
}

function keptReleases(facts: RetentionFacts, policy: RetentionPolicy): ReadonlySet<string> {
  const { releases, deployments, environments, runs, nowMs } = facts;
  const newestFirst = releases.toSorted((a, b) => b.createdAtMs - a.createdAtMs);
  const openCommits = new Set(runs.flatMap((run) => (run.endedAtMs === null ? [run.commit] : [])));
  return new Set([
    ...newestFirst.slice(0, policy.releasesKept).map(({ release }) => release),
    ...releases
      .filter(({ createdAtMs }) => nowMs - createdAtMs <= policy.releaseDays * dayMs)
      .map(({ release }) => release),
    ...deployments.filter(({ state }) => occupiesPlace(state)).map(({ release }) => release),
    ...environments.flatMap(({ previous, former }) => [
      ...(previous === null ? [] : [previous]),
      ...[...new Set(former)].slice(0, policy.rollbacksKept),
    ]),
    ...runs.flatMap((run) => (run.endedAtMs === null && run.release !== null ? [run.release] : [])),
    // A run that has no release yet takes the one of its commit, when there is one.
    ...releases.filter(({ commit }) => openCommits.has(commit)).map(({ release }) => release),
  ]);
}

function openRuns({ runs }: RetentionFacts): ReadonlySet<string> {
  return new Set(runs.flatMap(({ run, endedAtMs }) => (endedAtMs === null ? [run] : [])));
}
