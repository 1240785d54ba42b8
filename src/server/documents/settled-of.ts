import type { Settled } from '../../core/document/settled.ts';
import { settleTexts } from '../../questionnaire/questionnaire.ts';
import type { DocumentSource } from './document-source.ts';

/** What the answers of a source come to; without the text of `deployer.yaml` nobody can tell. */
export function settledOf({
  spec,
  answers,
  questions,
}: Pick<DocumentSource, 'answers' | 'spec' | 'questions'>): Settled {
  if (spec === null) return { statements: [], open: [], conflicts: [] };
  return settleTexts({ spec, answers, questions }).settled;
}
