import type { DocumentDiffView, RevisionView } from '../../api/views/documents.ts';
import type { RevisionDiff, StatementChange, StatementText } from '../../core/document/revision-diff.ts';
import { causeText } from '../../core/document/revision.ts';
import { count } from '../../core/texts/figures.ts';
import type { Style } from './style.ts';
import { hanging } from './wrap.ts';

interface Look {
  readonly style: Style;
  readonly width: number;
}

/** What changed between two revisions of a document, by section. */
export function documentDiffText({ a, b, sections }: DocumentDiffView, look: Look): string {
  const { style } = look;
  const head = [
    `${style.bold(`revision ${a.revision}`)} ${style.dim('→')} ${style.bold(`revision ${b.revision}`)}`,
    ...causeLines(b, look),
  ];
  if (sections.length === 0) return [...head, '', style.dim('  no statement differs')].join('\n');
  return [...head, ...sections.flatMap((section) => ['', ...changedSection(section, look)])].join('\n');
}

/** What changed in one section. More than `most` are counted. */
export function changedSection(
  { title, changes }: RevisionDiff['sections'][number],
  look: Look,
  most: number = Infinity,
): readonly string[] {
  const { style } = look;
  const more = changes.length - most;
  return [
    style.bold(title),
    ...changes.slice(0, most).flatMap((change) => changeLines(change, look)),
    ...(more > 0 ? [style.dim(`  and ${count(more, 'statement')} more`)] : []),
  ];
}

function causeLines({ causes }: RevisionView, { style, width }: Look): readonly string[] {
  if (causes.length === 0) return [];
  return hanging('  after ', causes.map(causeText).join('; '), width).map((line) => style.dim(line));
}

function changeLines({ before, after }: StatementChange, { style, width }: Look): readonly string[] {
  const lines = (mark: string, text: StatementText | null): readonly string[] =>
    text === null ? [] : hanging(`  ${mark} `, shownText(text), width);
  return [
    ...lines('-', before).map((line) => style.bad(line)),
    ...lines('+', after).map((line) => style.good(line)),
  ];
}

function shownText({ text, source, drift }: StatementText): string {
  return `${text} (${source})${drift === null ? '' : ` Drift: ${drift}`}`;
}
