import type { Question } from '../../questionnaire/question.ts';

export type Said =
  | { readonly kind: 'answered'; readonly answer: string | readonly string[] }
  /** Left for later. */
  | { readonly kind: 'passed' };

// No values of options: those are words.
export const later = '\u0000later';
const none = '\u0000none';

interface Choice {
  readonly value: string;
  readonly label: string;
  readonly hint: string;
}

/** What there is to choose from; of a list that may be empty also that there is none, which is not later. */
export function choicesOf({ kind, options = [], limits = {} }: Question): readonly Choice[] {
  const choices = options.map(({ value, label, means }) => ({ value, label, hint: means }));
  const mayBeNone = kind === 'many' && choices.length > 0 && (limits.min ?? 0) === 0;
  return mayBeNone ? [...choices, { value: none, label: 'none', hint: 'there is none of them' }] : choices;
}

/** What was typed or chosen. Enter takes a proposal, so that a dash says later. */
export function saidBy(answer: string | readonly string[]): Said {
  if (typeof answer === 'string') {
    return answer === later || answer === '' || answer === '-'
      ? { kind: 'passed' }
      : { kind: 'answered', answer };
  }
  if (answer.length === 0) return { kind: 'passed' };
  const words = answer.map((value) => (value === none ? 'none' : value));
  // None and something else is no answer, and is asked again.
  return { kind: 'answered', answer: words.length === 1 && words[0] === 'none' ? 'none' : words };
}
