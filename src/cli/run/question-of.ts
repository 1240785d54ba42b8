import { nearest } from '../../core/texts/suggest.ts';
import { DeployerError } from '../../errors.ts';
import type { Question } from '../../questionnaire/question.ts';
import type { Questionnaire } from '../../questionnaire/questionnaire.ts';

/** The question of an id that was typed. */
export function questionOf({ questions }: Questionnaire, id: string): Question {
  const question = questions.find((each) => each.id === id);
  if (question !== undefined) return question;
  const near = nearest(
    id,
    questions.map((each) => each.id),
  );
  throw new DeployerError('question_not_found', {
    message: `There is no question "${id}".`,
    hint: near === null ? 'deployer questions --all' : `Did you mean ${near}?   (deployer questions --all)`,
  });
}
