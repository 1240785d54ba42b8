import type { Waiting } from '../pipeline/run.ts';

/** Of a decision: what tells which question it answers. */
export interface Answer {
  /** `since` of the question; null: not written down, by an earlier version. */
  readonly asked: string | null;
  readonly at: Date;
}

/**
 * Whether a decision answers what a run asks now, and not what it asked before at the same stage. Times are compared
 * only where nothing better is known: the clock may have been set since it was asked.
 */
export function answers({ asked, at }: Answer, { since }: Pick<Waiting, 'since'>): boolean {
  return asked === null ? at.getTime() >= Date.parse(since) : asked === since;
}
