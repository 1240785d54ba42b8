import type { AnswerValue } from '../question.ts';
import type { Draft } from './draft.ts';

/**
 * A draft in which nothing that was answered is said to be assumed. Whoever named approvers has others than themselves,
 * so that no reason is left for approving one's own changes.
 */
export function decidedDraft(draft: Draft, values: ReadonlyMap<string, AnswerValue>): Draft {
  const approvers = values.get('pipeline.approvers');
  if (!Array.isArray(approvers)) return draft;
  const same = approvers.join() === draft.approval.approvers.join();
  const { approval } = draft;
  return { ...draft, approval: { ...approval, self: same ? approval.self : null, because: null } };
}
