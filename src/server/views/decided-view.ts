import type { DecidedView } from '../../api/views/decisions.ts';
import type { Decided } from '../../engine/acts/decide.ts';

const words = {
  approve: 'approved',
  reject: 'rejected',
  'uat-pass': 'uat passed',
  'uat-fail': 'uat failed',
  retry: 'retried',
} as const;

export function decidedView({ decision, environment, approvals }: Decided): DecidedView {
  return {
    run: decision.run,
    decision: words[decision.kind],
    by: decision.identity,
    at: decision.at.toISOString(),
    environment,
    approvals,
  };
}
