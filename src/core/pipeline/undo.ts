import type { DeploymentState } from '../switching/deployment.ts';
import type { StageKind } from './plan.ts';
import type { SwitchedBack } from './run.ts';
import type { Verdict } from '../verdicts/verdict.ts';

/** How a run stands in an environment when it ends badly there. */
export interface UndoFacts {
  /** The stage that ended it, and what it found. */
  readonly stage: StageKind;
  readonly verdict: Verdict | null;
  readonly ending: 'failed' | 'cancelled' | 'expired';
  readonly candidate: {
    readonly deployment: string;
    readonly state: DeploymentState;
    /** What it replaced; null: it was the first. */
    readonly replaces: string | null;
  };
  /** Second deployments that a rehearsal made of the candidate and did not come to end. */
  readonly twins: readonly string[];
  readonly stable: string | null;
  /** Why nobody can go from what is stable back to what the candidate replaced; null: one can. */
  readonly noWayBack: string | null;
  /** In a sentence, that what the candidate replaced answers nobody; null: it does, or nobody has looked. */
  readonly formerDown: string | null;
}

/** What puts the environment back to what it was before the run. */
export interface UndoPlan {
  /** Users stay where the run has brought them: in a sentence, why. Null: nothing of the kind. */
  readonly stays: string | null;
  /** Nothing new comes in until somebody has looked at it. */
  readonly freezes: boolean;
  /** The release was judged bad there, so it stays away, or nothing of its kind follows it. */
  readonly holds: boolean;
  /** What has the users and gives them back to what the candidate replaced; null: they are elsewhere already. */
  readonly switchBackFrom: string | null;
  readonly cause: SwitchedBack['cause'];
  /** What gave users back ends when its requests have; otherwise it stays warm, to be looked at or returned to. */
  readonly drains: boolean;
  /** Deployments that never took traffic, or no longer do. */
  readonly discards: readonly string[];
}

/**
 * Users go back if what the run made has them still; a candidate that never took traffic ends, and so do twins. Only a
 * watch or a UAT that said no puts a release on hold: a cancel or an expiry says nothing about it. Across a migration
 * that the former deployment cannot live with nobody goes back: what serves badly is better than what corrupts data.
 * Nor does anybody go back to what answers nobody; the next fix is then not kept out by a freeze.
 */
export function undoPlan(facts: UndoFacts): UndoPlan {
  const { stage, verdict, ending, candidate, twins, stable, noWayBack, formerDown } = facts;
  const cause = stage === 'watch' || stage === 'uat' ? stage : 'undo';
  const made = [candidate.deployment, ...twins];
  const hasUsers = stable !== null && made.includes(stable) ? stable : null;
  const stays = hasUsers === null || candidate.replaces === null ? null : (noWayBack ?? formerDown);
  const switchBackFrom = stays === null ? hasUsers : null;
  const isJudgedBad = cause !== 'undo' && ending === 'failed' && verdict === 'fail';
  const neverHadUsers = candidate.state === 'preparing' || candidate.state === 'ready';
  const isCandidateLeft = hasUsers === null && neverHadUsers;
  return {
    stays,
    freezes: stays !== null && noWayBack !== null,
    holds: hasUsers !== null && isJudgedBad,
    switchBackFrom,
    cause,
    drains: switchBackFrom !== null && (!isJudgedBad || candidate.replaces === null),
    discards: [
      ...(isCandidateLeft ? [candidate.deployment] : []),
      ...twins.filter((twin) => twin !== hasUsers),
    ],
  };
}
