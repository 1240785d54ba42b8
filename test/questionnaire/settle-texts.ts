import {
  type Questionnaire,
  type QuestionnaireTexts,
  readQuestionnaire,
} from '../../src/questionnaire/questionnaire.ts';
import { settleWithReasons } from '../../src/questionnaire/refusal-reasons.ts';
import type { Settlement } from '../../src/questionnaire/settlement.ts';

/** What the texts of an integration come to. */
export function settleTexts(texts: QuestionnaireTexts): Settlement & Pick<Questionnaire, 'problems'> {
  const questionnaire = readQuestionnaire(texts);
  return { ...settleWithReasons(questionnaire), problems: questionnaire.problems };
}
