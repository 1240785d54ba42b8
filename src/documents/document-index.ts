import { table } from '../core/document/blocks.ts';
import type { Block, DocumentRow } from '../core/document/document.ts';
import type { DocumentSummary } from '../core/document/summary.ts';
import { code, timeText, words } from '../core/document/words.ts';
import { blocksHtml } from './html/document.ts';
import { blocksMarkdown } from './markdown.ts';

/** An integration in the index over all of them. */
export interface IndexedDocument extends DocumentSummary {
  readonly integration: string;
  readonly revision: number;
  readonly at: string;
}

const title = 'Deployment documents';

export function indexMarkdown(documents: readonly IndexedDocument[]): string {
  return blocksMarkdown(title, indexBlocks(documents));
}

export function indexHtml(documents: readonly IndexedDocument[]): string {
  return blocksHtml(title, indexBlocks(documents));
}

function indexBlocks(documents: readonly IndexedDocument[]): readonly Block[] {
  if (documents.length === 0) {
    return [{ kind: 'paragraph', text: words`There is no deployment document yet.` }];
  }
  return table(
    'Integrations',
    ['Integration', 'Live', 'Open questions', 'Conflicts', 'Drift', 'Checklist', 'Revision'],
    documents.map(indexRow),
  );
}

function indexRow(document: IndexedDocument): DocumentRow {
  const { integration, name, emoji, live, questions, conflicts, drifts, checklist, revision, at } = document;
  const running = live.flatMap(({ environment, version }) =>
    version === null ? [] : [`${environment} ${version}`],
  );
  const cells = Object.entries(checklist).map(([status, count]) => `${count} ${status}`);
  return {
    id: integration,
    cells: [
      words`${emoji} ${name} (${code(integration)})`,
      [running.length === 0 ? 'nothing' : running.join(', ')],
      [String(questions)],
      [String(conflicts)],
      [String(drifts)],
      [cells.length === 0 ? 'nothing released' : cells.join(', ')],
      [`${revision}, ${timeText(at)}`],
    ],
    source: { kind: 'observed', at, evidence: null },
    drift: null,
  };
}
