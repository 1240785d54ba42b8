import type { DecidedBy, Statement, StatementSource } from '../core/document/statement.ts';
import type { ReadQuestion } from './read-question.ts';
import type { Standing } from './settlement.ts';
import { filled } from './template.ts';

/** What the document says of a question, as it stands. */
export function statementsOf(each: ReadQuestion, standing: Standing): readonly Statement[] {
  const { question, names } = each;
  const facts = { question, names, value: standing.value };
  const source = sourceOf(each, standing);
  const base = names.environment === null ? question.id : `${question.id}.${names.environment}`;
  const { section } = question;
  if (standing.value === null) {
    const text = filled(question.default.meanwhile ?? '', facts);
    return [{ id: base, section, text, source, drift: null }];
  }
  return question.settles.statements.map((template) => ({
    id: template.id === undefined ? base : `${base}.${template.id}`,
    section: template.section ?? section,
    text: filled(template.says, facts),
    source,
    drift: null,
  }));
}

function sourceOf({ question, given, written, finding }: ReadQuestion, { from }: Standing): StatementSource {
  if (from === 'answer') return decided({ kind: 'answer', question: question.id, ...whoAndWhen(given) });
  if (from === 'spec' && written !== null) return decided({ kind: 'spec', path: written.path });
  if (from === 'finding' && finding?.isSure === true)
    return { kind: 'observed', at: finding.at, evidence: null };
  const because = from === 'finding' ? `it was found in ${finding?.where ?? ''}` : question.default.because;
  return { kind: 'assumed', because, question: question.id };
}

function whoAndWhen(given: ReadQuestion['given']): {
  readonly who: string | null;
  readonly at: string | null;
} {
  return { who: given?.by ?? null, at: given?.at ?? null };
}

function decided(by: DecidedBy): StatementSource {
  return { kind: 'decided', by };
}
