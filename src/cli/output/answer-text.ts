import type { AnswerConflict } from '../../core/document/settled.ts';
import type { DiffLine } from '../../lib/unified-diff.ts';
import type { StatementChange } from '../../questionnaire/answer-changes.ts';
import { conflictsText, type QuestionsView } from './questions-text.ts';
import { diffLines } from './diff-text.ts';
import { hanging } from './wrap.ts';

export interface AnswerShown {
  readonly question: string;
  /** Null: it settles its question. */
  readonly lacks: { readonly reason: string; readonly again: string; readonly assumed: string } | null;
  readonly spec: readonly DiffLine[];
  readonly statements: readonly StatementChange[];
  readonly conflicts: readonly AnswerConflict[];
}

/** What an answer does, before it is written. */
export function answerText(shown: AnswerShown, view: QuestionsView): string {
  const { style, width } = view;
  const { question, lacks, spec, statements, conflicts } = shown;
  const blocks = [
    ...(lacks === null ? [] : [lackingText(question, lacks, view)]),
    ...(conflicts.length === 0 ? [] : [conflictsText(conflicts, view)]),
    ...(statements.length === 0
      ? []
      : [[style.bold('The document'), ...statements.flatMap((each) => changeText(each, view))].join('\n')]),
    ...(spec.length === 0 ? [] : [diffLines('deployer.yaml', spec, style).join('\n')]),
  ];
  if (blocks.length > 0) return blocks.join('\n\n');
  return hanging('', style.dim('Nothing else changes: what holds is the same as before.'), width).join('\n');
}

function lackingText(
  question: string,
  { reason, again, assumed }: NonNullable<AnswerShown['lacks']>,
  { style, width }: QuestionsView,
): string {
  return [
    ...hanging(`${style.attention('!')} `, `${style.bold(question)} needs more detail: ${reason}.`, width),
    ...hanging('  ', `${style.dim('meanwhile')} ${assumed}`, width),
    ...hanging('  ', `${style.dim('asked again')} ${again}`, width),
  ].join('\n');
}

function changeText({ before, after }: StatementChange, { style, width }: QuestionsView): readonly string[] {
  const mark = (source: string): string => style.dim(` (${source})`);
  return [
    ...(before === null ? [] : hanging(`  ${style.bad('-')} `, before.text + mark(before.source), width)),
    ...(after === null ? [] : hanging(`  ${style.good('+')} `, after.text + mark(after.source), width)),
  ];
}
