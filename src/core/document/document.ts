import type { Drift, Inline, SectionId, Statement, StatementSource } from './statement.ts';

/**
 * A deployment document as data: what Markdown, HTML and JSON are made of, and what a revision keeps. It has no words
 * of a format in it, so whatever a user typed stays a text.
 */
export interface DeploymentDocument {
  readonly v: 1;
  /** Key of the integration. */
  readonly integration: string;
  readonly title: string;
  readonly introduction: readonly Block[];
  /** All eight, in their order. */
  readonly sections: readonly DocumentSection[];
  readonly closing: readonly Block[];
}

export interface DocumentSection {
  readonly id: SectionId;
  readonly title: string;
  readonly blocks: readonly Block[];
}

export type Words = readonly Inline[];

export type Block =
  | { readonly kind: 'paragraph'; readonly text: Words }
  | { readonly kind: 'heading'; readonly text: string }
  /** Sentences about the document itself, which have no source of their own. */
  | { readonly kind: 'notes'; readonly items: readonly Words[] }
  | { readonly kind: 'statements'; readonly isOrdered: boolean; readonly statements: readonly Statement[] }
  | DocumentTable
  | { readonly kind: 'diagram'; readonly diagram: Diagram };

export interface DocumentTable {
  readonly kind: 'table';
  readonly caption: string;
  readonly columns: readonly string[];
  readonly rows: readonly DocumentRow[];
  /** Its figures change as time passes, without anything having happened: that alone is no new revision. */
  readonly isMoving: boolean;
}

/** A statement in columns. The first cell names what it is about. */
export interface DocumentRow extends Pick<Statement, 'id' | 'source' | 'drift'> {
  readonly cells: readonly Words[];
}

export interface Diagram {
  readonly id: 'architecture' | 'pipeline';
  readonly title: string;
  /** What it shows, for whoever cannot see it. */
  readonly description: string;
  readonly nodes: readonly DiagramNode[];
  readonly arrows: readonly DiagramArrow[];
}

export interface DiagramNode {
  readonly id: string;
  readonly label: string;
  /** A second, smaller line; null: none. */
  readonly detail: string | null;
  readonly kind: 'people' | 'edge' | 'component' | 'resident' | 'stage' | 'gate' | 'decision';
  /** What it stands in, by title; null: in nothing. */
  readonly group: string | null;
}

export interface DiagramArrow {
  readonly from: string;
  readonly to: string;
  readonly label: string | null;
  readonly isEncrypted: boolean;
}

/** Every statement of a document, also those in tables, with the section that they stand in. */
export function statementsOf({ sections }: Pick<DeploymentDocument, 'sections'>): readonly Said[] {
  return sections.flatMap(({ id: section, blocks }) =>
    blocks.flatMap((block): readonly Said[] => {
      if (block.kind === 'statements')
        return block.statements.map(({ id, text, source, drift }) => ({ id, section, text, source, drift }));
      if (block.kind !== 'table') return [];
      return block.rows.map((row) => ({
        id: row.id,
        section,
        text: cellsText(block.columns, row),
        source: row.source,
        drift: row.drift,
      }));
    }),
  );
}

export interface Said {
  readonly id: string;
  readonly section: SectionId;
  readonly text: Words;
  readonly source: StatementSource;
  readonly drift: Drift | null;
}

/** `agent: Role agent, Needs tools, model` */
function cellsText(columns: readonly string[], { cells: [first = [], ...others] }: DocumentRow): Words {
  return [
    ...first,
    ...others.flatMap((cell, index) => [
      `${index === 0 ? ': ' : ', '}${columns[index + 1] ?? ''} `,
      ...(cell.length === 0 ? ['-'] : cell),
    ]),
  ];
}
