import type { EdgeLimits } from '../limits.ts';
import type { AccessLog } from './access-log.ts';
import type { RefusalCounter } from './refusal-counter.ts';
import type { Router } from './router.ts';

/** What the handling of every request needs. */
export interface WorkerContext {
  readonly limits: EdgeLimits;
  readonly router: Router;
  readonly log: AccessLog;
  readonly refusals: RefusalCounter;
  readonly probeToken: Buffer;
  /** Whether the worker is about to end: connections close with the answer that is due. */
  readonly isDraining: () => boolean;
}
