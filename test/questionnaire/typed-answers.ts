import { plainWords } from '../../src/core/document/words.ts';
import { withAnswer } from '../../src/questionnaire/edit-answers.ts';
import { giveAnswer } from '../../src/questionnaire/give-answer.ts';
import { readQuestionnaire } from '../../src/questionnaire/questionnaire.ts';
import { settleTexts } from './settle-texts.ts';
import type { Settlement } from '../../src/questionnaire/settlement.ts';
import { exampleSpec } from './example-spec.ts';

/** When all of them were given. */
export const at = '2026-11-30T17:00:00.000Z';
type Given = Readonly<Record<string, unknown>>;

export function answersOf(given: Given): string {
  return Object.entries(given).reduce(
    (text, [id, answer]) => withAnswer(text, { id, answer, by: 'qa@example.com', at }) ?? 'refused',
    '',
  );
}

/** What answers come to that stand in the file, whatever `deployer.yaml` says. */
export function settled(given: Given, spec: string = exampleSpec): Settlement {
  return settleTexts({ spec, answers: answersOf(given), questions: null });
}

/** How a statement is known, and what it says. */
export function said({ settled: { statements } }: Settlement, id: string): readonly [string, string] | null {
  const found = statements.find((statement) => statement.id === id);
  return found === undefined ? null : [found.source.kind, plainWords(found.text)];
}

export interface TypedAnswers extends Pick<Settlement, 'settled'> {
  /** The texts of both files. */
  readonly spec: string;
  readonly answers: string;
}

/** Answers as they are typed, one command after the other. */
export function typed(
  answers: readonly (readonly [id: string, value: string])[],
  spec: string = exampleSpec,
): TypedAnswers {
  const texts = { spec, answers: '', questions: null };
  for (const [id, value] of answers) {
    const questionnaire = readQuestionnaire(texts);
    const question = questionnaire.questions.find((each) => each.id === id);
    if (question === undefined) throw new Error(`no question ${id}`);
    const outcome = giveAnswer(questionnaire, texts.answers, {
      question,
      typed: value,
      by: 'qa@example.com',
      at,
    });
    if (outcome === null) throw new Error('the answers cannot be edited');
    texts.answers = outcome.answersText;
    texts.spec = outcome.specText;
  }
  return { ...texts, settled: settleTexts(texts).settled };
}
