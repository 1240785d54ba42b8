import type { Settled } from '../core/document/settled.ts';
import { redactData, type Redactor } from '../core/secrets/redaction.ts';
import { type Questionnaire, readQuestionnaire } from '../questionnaire/questionnaire.ts';
import { builtInQuestions } from '../questionnaire/questions/all.ts';
import { settleWithReasons } from '../questionnaire/refusal-reasons.ts';
import type { DocumentFiles } from './document-source.ts';

/**
 * What the answers of a source come to; without the text of `deployer.yaml` nobody can tell. Values of secrets are
 * taken out of what was read, before an answer is cut, split or put into a sentence: a piece is not found any more.
 */
export function settledOf(
  { spec, answers, questions }: Pick<DocumentFiles, 'answers' | 'spec' | 'questions'>,
  redactor: Redactor,
): Settled {
  if (spec === null) return { statements: [], open: [], conflicts: [] };
  return settleWithReasons(redacted(readQuestionnaire({ spec, answers, questions }), redactor)).settled;
}

/** What is written is redacted as answers are, or they would seem to differ. Ids stay: answers are found by them. */
function redacted({ questions, answers, spec, problems }: Questionnaire, redactor: Redactor): Questionnaire {
  const comesWithDeployer = new Set(builtInQuestions);
  return {
    questions: questions.map((each) =>
      comesWithDeployer.has(each) ? each : { ...redactData(each, redactor), id: each.id },
    ),
    answers: new Map([...answers].map(([id, given]) => [id, redactData(given, redactor)])),
    spec: { ...spec, at: (path) => redactData(spec.at(path), redactor) },
    problems,
  };
}
