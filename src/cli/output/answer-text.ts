import type { AnswerConflict } from '../../core/document/settled.ts';
import type { RevisionDiff } from '../../core/document/revision-diff.ts';
import type { DiffLine } from '../../lib/unified-diff.ts';
import type { StatementChange } from '../../questionnaire/answer-changes.ts';
import { conflictsText, type QuestionsView } from './questions-text.ts';
import { diffLines } from './diff-text.ts';
import { changedSection } from './document-diff-text.ts';
import { hanging } from './wrap.ts';

export interface AnswerShown {
  readonly question: string;
  /** Null: it settles its question. */
  readonly lacks: { readonly reason: string; readonly again: string; readonly assumed: string } | null;
  readonly spec: readonly DiffLine[];
  /** Null: `deployer.yaml` does not load, so that nothing but the statements of the questionnaire is known. */
  readonly document: RevisionDiff['sections'] | null;
  readonly statements: readonly StatementChange[];
  readonly conflicts: readonly AnswerConflict[];
}

/** What an answer does, before it is written. */
export function answerText(shown: AnswerShown, view: QuestionsView): string {
  const { style, width } = view;
  const { question, lacks, spec, conflicts } = shown;
  const document = documentLines(shown, view);
  const blocks = [
    ...(lacks === null ? [] : [lackingText(question, lacks, view)]),
    ...(conflicts.length === 0 ? [] : [conflictsText(conflicts, view)]),
    ...(document.length === 0 ? [] : [document.join('\n')]),
    ...(spec.length === 0 ? [] : [diffLines('deployer.yaml', spec, style).join('\n')]),
  ];
  if (blocks.length > 0) return blocks.join('\n\n');
  return hanging('', style.dim('Nothing else changes: what holds is the same as before.'), width).join('\n');
}

/** One answer may change a step, a gate and a row of the checklist for each environment: the rest is counted. */
const mostOfSection = 5;

function documentLines({ document, statements }: AnswerShown, view: QuestionsView): readonly string[] {
  if (document === null) {
    const lines = statements.flatMap((each) => changeText(each, view));
    return lines.length === 0 ? [] : [view.style.bold('The document'), ...lines];
  }
  return document.flatMap((section, index) => [
    ...(index === 0 ? [] : ['']),
    ...changedSection(section, view, mostOfSection),
  ]);
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
