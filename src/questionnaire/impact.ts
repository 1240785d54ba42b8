import { questionsIn } from './condition.ts';
import type { Question } from './question.ts';

/** What an answer would change: what users meet, what else `deployer.yaml` says, or the document alone. */
export type ImpactKind = 'users' | 'definition' | 'document';

export interface Impact {
  readonly kind: ImpactKind;
  /** Higher goes first. */
  readonly score: number;
}

const scores: Readonly<Record<ImpactKind, number>> = { users: 30, definition: 20, document: 10 };

/**
 * How much depends on a question. What changes the last environment comes before all else in `deployer.yaml`, and that
 * before what only the document says; among equals, what decides whether others are asked, and what has no default to
 * fall back on.
 */
export function impactOf(question: Question, questions: readonly Question[]): Impact {
  const kind = kindOf(question);
  const dependants = questions.filter(({ applies }) => questionsIn(applies).includes(question.id)).length;
  const isRisk = question.section === 'security' || question.section === 'rollback';
  const score =
    scores[kind] + Math.min(dependants, 3) + (question.default.value === null ? 2 : 0) + (isRisk ? 3 : 0);
  return { kind, score };
}

function kindOf({ settles, environment }: Question): ImpactKind {
  if ((settles.spec ?? []).length === 0) return 'document';
  return environment === 'last' ? 'users' : 'definition';
}
