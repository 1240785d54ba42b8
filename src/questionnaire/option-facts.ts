import type { Question, QuestionOption } from './question.ts';

/** What a choice brings and what speaks for it, as one clause each: `cost: by use`. */
export function factsOf({ facts = {} }: QuestionOption): readonly string[] {
  return Object.entries(facts).map(([name, text]) => `${name}: ${text}`);
}

/** The same of all choices, a line each; none where a question says nothing of its choices. */
export function optionFacts({ options = [] }: Pick<Question, 'options'>): readonly string[] {
  return options.flatMap((option) => {
    const facts = factsOf(option);
    return facts.length === 0 ? [] : [`${option.label}: ${facts.join('; ')}.`];
  });
}
