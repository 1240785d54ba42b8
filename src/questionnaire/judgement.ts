import type { AnswerValue } from './question.ts';

export type Judgement =
  | { readonly kind: 'settles'; readonly value: AnswerValue }
  /** Why it settles nothing: a clause about "it", without a full stop. */
  | { readonly kind: 'lacks'; readonly lacks: string };

export function settling(value: AnswerValue): Judgement {
  return { kind: 'settles', value };
}

export function lacking(lacks: string): Judgement {
  return { kind: 'lacks', lacks };
}
