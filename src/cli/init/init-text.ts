import { relative } from 'node:path';

import { count } from '../../core/texts/figures.ts';
import { unifiedDiff } from '../../lib/unified-diff.ts';
import { diffLines } from '../output/diff-text.ts';
import { hintText } from '../output/error-text.ts';
import type { Style } from '../output/style.ts';
import { hanging } from '../output/wrap.ts';
import { documentFile } from '../run/give-document.ts';
import type { FileChange } from '../run/questionnaire-files.ts';
import type { DocumentStanding } from '../run/write-document.ts';
import { componentsText } from './components-text.ts';
import { foundText } from './found-text.ts';
import type { Look } from './look.ts';

export interface InitView {
  readonly style: Style;
  readonly width: number;
}

/** What the look came to: what was found, what becomes of it, what does not. */
export function lookText(
  { found, findings, draft, starter }: Look,
  { keepsSpec }: { readonly keepsSpec: boolean },
  { style, width }: InitView,
): string {
  const files = count(found.listing.files.length - starter.size, 'file');
  const nothingYet = `Nothing to deploy in ${files} yet: a small agent is put into agent/ to begin with.`;
  const becomes = keepsSpec
    ? [style.dim('The deployer.yaml that is here stays; --anew writes it from what was found.')]
    : [style.bold('Components'), ...componentsText(draft.components, style, width)];
  const remarks = keepsSpec ? [] : remarksOf(draft);
  return [
    ...(findings.length === 0
      ? []
      : [[`${style.bold('Found')} ${style.dim(`in ${files}`)}`, ...foundText(findings, style, width)]]),
    ...(starter.size === 0 ? [] : [[nothingYet]]),
    becomes,
    ...(remarks.length === 0
      ? []
      : [[style.bold('To know'), ...remarks.flatMap((text) => remark(text, style, width))]]),
  ]
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

function remarksOf({ components, leftOut, approval }: Look['draft']): readonly string[] {
  const [approver] = approval.approvers;
  return [
    ...components.flatMap(({ name, remarks }) => remarks.map((text) => `${name}: ${text}`)),
    ...leftOut,
    ...(approval.self === null
      ? []
      : [
          `Nobody but ${approver} is known here, so ${approver} approves for production, own changes included.`,
        ]),
  ];
}

function remark(text: string, style: Style, width: number): readonly string[] {
  return hanging(`  ${style.attention('!')} `, text.replaceAll('`', ''), width);
}

/**
 * The files that are to be written: new ones by their length, changed ones by their change. What the document will say
 * is known when the others are written; null: none is asked for.
 */
export function changesText(
  {
    changes,
    document,
  }: { readonly changes: readonly FileChange[]; readonly document: DocumentStanding | null },
  folder: string,
  { style }: InitView,
): string {
  const blocks = changes
    .filter(({ before, after }) => before !== after)
    .map(({ file, before, after }) => {
      const path = relative(folder, file);
      if (before === null) return `  ${style.good('+')} ${path} ${style.dim(count(linesIn(after), 'line'))}`;
      return diffLines(path, unifiedDiff(before, after), style).join('\n');
    });
  if (blocks.length === 0) return style.dim('Nothing to write: all is as it would be.');
  return [style.bold('Files'), ...blocks, ...documentLine(document, style)].join('\n');
}

function documentLine(standing: DocumentStanding | null, style: Style): readonly string[] {
  switch (standing) {
    case null:
      return [];
    case 'missing':
      return [`  ${style.good('+')} ${documentFile} ${style.dim('made of them by a server')}`];
    case 'own':
      return [`  ${style.attention('~')} ${documentFile} ${style.dim('made anew by a server')}`];
    case 'edited':
      return [style.dim(`    ${documentFile} stays: somebody edited it by hand`)];
    case 'theirs':
      return [style.dim(`    ${documentFile} stays: Deployer did not write it`)];
  }
}

function linesIn(text: string): number {
  return text.split('\n').length - 1;
}

/** What to type next, each with why. */
export function nextText(
  commands: readonly (readonly [command: string, why: string])[],
  { style }: InitView,
): string {
  const lines = commands.map(([command, why]) => `${hintText(command, style)}   ${style.dim(why)}`);
  return [style.bold('Next'), ...lines].join('\n');
}
