import type { RunState, Waiting } from '../core/pipeline/run.ts';

/** Exit codes that are no error's own (contract section 4). */
export const exitCode = {
  done: 0,
  failed: 1,
  wrongUsage: 2,
  waiting: 3,
  undecided: 5,
  bug: 70,
  detached: 130,
} as const;

/** How following a run ends. */
export function exitCodeOfRun(state: RunState, waiting: Waiting | null): number {
  if (waiting !== null) return waiting.kind === 'undecided' ? exitCode.undecided : exitCode.waiting;
  switch (state) {
    case 'failed':
    case 'cancelled':
    case 'superseded':
      return exitCode.failed;
    case 'waiting':
      return exitCode.waiting;
    case 'queued':
    case 'running':
    case 'succeeded':
      return exitCode.done;
  }
}
