import type { LatencyHistogram } from '../switching/edge.ts';

/** What a load saw of one deployment, warm-up left out. */
export interface LoadFigures {
  readonly deployment: string;
  /** Arrivals. `answered + unanswered + unsent` is the same number. */
  readonly requests: number;
  /** Whole answers in time, whatever their status. */
  readonly answered: number;
  /** Of the answers, those with a status of 500 or above. */
  readonly errors: number;
  /** Taken, and not answered in time. */
  readonly unanswered: number;
  /** No connection could be made: nothing is known of the deployment. */
  readonly unsent: number;
  /** Answers that did not come from this deployment. */
  readonly elsewhere: number;
  /**
   * From the intended start to the last byte, of everything that was sent. What nobody answered stands with its
   * time-out: it would have taken at least that long.
   */
  readonly latency: LatencyHistogram;
  readonly maxMs: number;
  /** What was wrong with the first request that failed. */
  readonly firstProblem: string | null;
}

/** What a load saw, and whether it was the load that was asked for. */
export interface LoadResult {
  readonly candidate: LoadFigures;
  /** Null: not loaded. */
  readonly stable: LoadFigures | null;
  /** Share of the requests that left so late that the generator itself could be the cause of what was measured. */
  readonly lateShare: number;
}
