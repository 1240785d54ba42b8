import type { Block, DocumentRow, DocumentTable, Words } from './document.ts';
import type { DocumentFacts } from './facts.ts';
import { driftOn } from './sources.ts';
import type { SectionId, Statement, StatementSource } from './statement.ts';
import { sentence } from './words.ts';

/** Makes the statements of one section, each with what contradicts it. */
export interface Saying {
  statement(id: string, text: Words, source: StatementSource): Statement;
  row(id: string, cells: readonly Words[], source: StatementSource): DocumentRow;
}

export function sayingOf(section: SectionId, facts: Pick<DocumentFacts, 'drifts'>): Saying {
  return {
    statement: (id, text, source) => ({ id, section, text, source, drift: driftOn(facts, id) }),
    row: (id, cells, source) => ({ id, cells, source, drift: driftOn(facts, id) }),
  };
}

/** Nothing where there is nothing to say. */
export function list(statements: readonly Statement[], isOrdered = false): readonly Block[] {
  return statements.length === 0 ? [] : [{ kind: 'statements', isOrdered, statements }];
}

export function table(
  caption: string,
  columns: readonly string[],
  rows: readonly DocumentRow[],
): readonly DocumentTable[] {
  return rows.length === 0 ? [] : [{ kind: 'table', caption, columns, rows, isMoving: false }];
}

export function heading(text: string): Block {
  return { kind: 'heading', text };
}

export function paragraph(text: Words): Block {
  return { kind: 'paragraph', text };
}

/** Parts of `deployer.yaml` that the sections tell of themselves, environment by environment. */
const toldAnyway = /^(?:components|environments|integration|trigger)\b/;

/** What answers, or their assumptions, say in a section. */
export function settledIn(section: SectionId, { settled }: DocumentFacts): readonly Block[] {
  const said = settled.statements.filter((statement) => statement.section === section && !isTold(statement));
  const statements = said.map((each) => ({
    ...each,
    // A section may say of itself what a question is about, as how many replicas there are.
    id: `answer.${each.id}`,
    text: each.text.flatMap((part) => (typeof part === 'string' ? sentence(part) : [part])),
  }));
  return said.length === 0 ? [] : [heading('From the questionnaire'), ...list(statements)];
}

function isTold({ source, drift }: Statement): boolean {
  return (
    drift === null &&
    source.kind === 'decided' &&
    source.by.kind === 'spec' &&
    toldAnyway.test(source.by.path)
  );
}
