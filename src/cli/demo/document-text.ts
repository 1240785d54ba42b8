import { type DeploymentDocument, statementsOf } from '../../core/document/document.ts';
import { plainWords } from '../../core/document/words.ts';
import { count } from '../../core/texts/figures.ts';
import { hanging } from '../output/wrap.ts';
import type { Style } from '../output/style.ts';

export interface DocumentTextOptions {
  readonly revision: number;
  readonly style: Style;
  readonly width: number;
}

/** What a deployment document begins with, its sections, and how much of it is known from where. */
export function documentText(
  document: DeploymentDocument,
  { revision, style, width }: DocumentTextOptions,
): string {
  const { title, introduction, sections } = document;
  const [about, basis] = introduction.flatMap((block) =>
    block.kind === 'paragraph' ? plainWords(block.text) : [],
  );
  const said = statementsOf(document);
  const known = (['decided', 'assumed', 'observed'] as const)
    .map((kind) => `${said.filter(({ source }) => source.kind === kind).length} ${kind}`)
    .join(', ');
  const drifts = said.filter(({ drift }) => drift !== null).length;
  const contradicted = drifts === 0 ? 'nothing that was seen contradicts it' : count(drifts, 'drift');
  const paragraph = (text = ''): readonly string[] => hanging('  ', text, width);
  return [
    `  ${style.bold(title)}   ${style.dim(`revision ${revision}`)}`,
    ...paragraph(about),
    ...paragraph(basis),
    '',
    ...sections.map((section, at) => `  ${style.dim(`${at + 1}`)}  ${section.title}`),
    '',
    ...paragraph(`${count(said.length, 'statement')}: ${known}; ${contradicted}.`),
  ].join('\n');
}
