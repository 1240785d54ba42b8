import type { Settled } from '../core/document/settled.ts';
import type { Statement } from '../core/document/statement.ts';
import { plainWords } from '../core/document/words.ts';

/** What another answer does to the document. */
export interface AnswerChange {
  readonly statements: readonly StatementChange[];
}

export interface StatementChange {
  readonly id: string;
  /** Null: it is new. */
  readonly before: SaidStatement | null;
  /** Null: it is not said any more. */
  readonly after: SaidStatement | null;
}

export interface SaidStatement {
  readonly text: string;
  readonly source: Statement['source']['kind'];
}

/** Statements whose words or whose source are others, in the order of the questionnaire. */
export function changesBetween(before: Settled, after: Settled): AnswerChange {
  const [olds, news] = [before, after].map(
    ({ statements }) => new Map(statements.map((statement) => [statement.id, said(statement)])),
  );
  const ids = new Set([...before.statements, ...after.statements].map(({ id }) => id));
  const changes = [...ids].map((id) => ({ id, before: olds?.get(id) ?? null, after: news?.get(id) ?? null }));
  return { statements: changes.filter((each) => JSON.stringify(each.before) !== JSON.stringify(each.after)) };
}

function said({ text, source }: Statement): SaidStatement {
  return { text: plainWords(text), source: source.kind };
}
