import type { Block, DeploymentDocument, DocumentRow, DocumentTable } from '../core/document/document.ts';
import type { Drift, Statement, StatementSource } from '../core/document/statement.ts';
import { markdownText } from './markdown-text.ts';
import { mermaid } from './mermaid.ts';
import { type Provenance, provenanceWords } from './provenance.ts';
import { seenWords, sourceWords } from './source-words.ts';

/** A deployment document as Markdown. Headings are numbered as the sections are. */
export function documentMarkdown(document: DeploymentDocument, provenance: Provenance | null): string {
  const sections = document.sections.flatMap(({ title, blocks }, at) => [
    `## ${at + 1}. ${markdownText([title])}`,
    ...blocks.flatMap((block) => blockLines(block, 3)),
  ]);
  const parts = [
    `# ${markdownText([document.title])}`,
    ...(provenance === null ? [] : [`_${markdownText(provenanceWords(provenance))}_`]),
    ...document.introduction.flatMap((block) => blockLines(block, 2)),
    ...sections,
    '## What is still open',
    ...document.closing.flatMap((block) => blockLines(block, 3)),
  ];
  return `${parts.join('\n\n')}\n`;
}

/** Blocks on their own, under a title. */
export function blocksMarkdown(title: string, blocks: readonly Block[]): string {
  return `${[`# ${markdownText([title])}`, ...blocks.flatMap((block) => blockLines(block, 2))].join('\n\n')}\n`;
}

function blockLines(block: Block, level: number): readonly string[] {
  switch (block.kind) {
    case 'paragraph':
      return [markdownText(block.text)];
    case 'heading':
      return [`${'#'.repeat(level)} ${markdownText([block.text])}`];
    case 'notes':
      return [block.items.map((item) => `- ${markdownText(item)}`).join('\n')];
    case 'statements':
      return [
        block.statements
          .map((each, at) => statementLine(each, block.isOrdered ? `${at + 1}.` : '-'))
          .join('\n'),
      ];
    case 'table':
      return tableLines(block);
    case 'diagram':
      return [
        `**${markdownText([block.diagram.title])}.** ${markdownText([block.diagram.description])}`,
        `\`\`\`mermaid\n${mermaid(block.diagram)}\n\`\`\``,
      ];
  }
}

function statementLine({ text, source, drift }: Statement, marker: string): string {
  const indent = ' '.repeat(marker.length + 1);
  const lines = [`${marker} ${markdownText(text)} ${sourceText(source)}`];
  if (drift !== null) lines.push(`${indent}- ${driftText(drift)}`);
  return lines.join('\n');
}

function sourceText(source: StatementSource): string {
  return `_(**${source.kind}** ${markdownText(sourceWords(source))})_`;
}

function driftText(drift: Drift, place: 'line' | 'cell' = 'line'): string {
  return `**Drift:** ${markdownText([drift.observed], place)} _(seen ${markdownText(seenWords(drift), place)})_`;
}

function tableLines({ caption, columns, rows }: DocumentTable): readonly string[] {
  const header = [...columns, 'Known from'].map((column) => markdownText([column], 'cell'));
  const lines = [
    `| ${header.join(' | ')} |`,
    `| ${header.map(() => '---').join(' | ')} |`,
    ...rows.map((row) => rowLine(row, columns.length)),
  ];
  return [`**${markdownText([caption])}**`, lines.join('\n')];
}

function rowLine({ cells, source, drift }: DocumentRow, columns: number): string {
  const shown = Array.from({ length: columns }, (_, at) => markdownText(cells[at] ?? [], 'cell'));
  return `| ${[...shown, knownText(source, drift)].join(' | ')} |`;
}

function knownText(source: StatementSource, drift: Drift | null): string {
  const known = `**${source.kind}** ${markdownText(sourceWords(source), 'cell')}`;
  return drift === null ? known : `${known}. ${driftText(drift, 'cell')}`;
}
