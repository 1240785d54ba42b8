import { answerCommand } from '../../questionnaire/answer-command.ts';
import { factsOf } from '../../questionnaire/option-facts.ts';
import type { Question } from '../../questionnaire/question.ts';
import { hintText } from './error-text.ts';
import type { ListedQuestion, QuestionsView } from './questions-text.ts';
import { padEnd } from './width.ts';
import { hanging } from './wrap.ts';

/** One question in full: what holds for it, and what each choice brings. */
export function questionText(
  question: Question,
  { state, says }: ListedQuestion,
  { style, width }: QuestionsView,
): string {
  const row = (name: string, text: string): readonly string[] =>
    hanging(`  ${style.dim(padEnd(name, 8))} `, text, width);
  const choices = (question.options ?? []).map((option) => {
    const head = `  ${style.bold(option.value)}  `;
    return [
      ...hanging(head, `${option.label}: ${option.means}`, width),
      ...factsOf(option).flatMap((fact) => hanging('      ', fact, width)),
    ].join('\n');
  });
  return [
    [
      ...hanging('', `${style.bold(question.ask)}  ${style.dim(question.id)}`, width),
      ...row('why', question.why),
      ...row(state === 'not asked' ? state : 'now', state === 'not asked' ? '' : `${says} (${state})`),
    ].join('\n'),
    ...choices,
    hintText(answerCommand(question, question.suggest ?? null), style),
  ].join('\n\n');
}
