import type { AnswerValue, Question } from '../../questionnaire/question.ts';

/** A proposal as one would type it: of a share its percentage, of people a list. */
export function proposalText({ limits }: Pick<Question, 'limits'>, proposal: AnswerValue): string {
  if (typeof proposal === 'number') {
    if (limits?.unit === '%') return `${Math.round(proposal * 1e6) / 1e4}%`;
    return limits?.unit === undefined ? String(proposal) : `${proposal}${limits.unit}`;
  }
  return typeof proposal === 'string' ? proposal : proposal.join(', ');
}
