import type { AnswerConflict, OpenQuestion } from '../../core/document/settled.ts';
import { sections, type SectionId } from '../../core/document/statement.ts';
import { count } from '../../core/texts/figures.ts';
import type { ImpactKind } from '../../questionnaire/impact.ts';
import type { AnswerValue } from '../../questionnaire/question.ts';
import { hintText } from './error-text.ts';
import type { Style } from './style.ts';
import { padEnd } from './width.ts';
import { hanging } from './wrap.ts';

export interface ShownQuestion extends OpenQuestion {
  readonly impact: ImpactKind;
  /** What there is to choose from; empty when it is no choice. */
  readonly options: readonly string[];
}

export interface QuestionsView {
  readonly style: Style;
  readonly width: number;
}

/** What is open, what would change most first. */
export function openQuestionsText(open: readonly ShownQuestion[], view: QuestionsView): readonly string[] {
  return [...Map.groupBy(open, ({ impact }) => impact)].map(([impact, questions]) =>
    [view.style.bold(headings[impact]), ...questions.map((each) => questionText(each, view))].join('\n\n'),
  );
}

const headings: Readonly<Record<ImpactKind, string>> = {
  users: 'Changes what users meet',
  definition: 'Changes what a release goes through',
  document: 'Changes what the document says',
};

function questionText(
  { id, ask, why, given, assumed, options, next }: ShownQuestion,
  { style, width }: QuestionsView,
): string {
  const row = (name: string, text: string): readonly string[] =>
    hanging(`    ${style.dim(padEnd(name, 8))} `, text, width);
  return [
    ...hanging('  ', `${style.bold(ask)}  ${style.dim(id)}`, width),
    ...row('why', why),
    ...(given === null ? [] : row('answered', style.attention(`"${given.answer}": ${given.lacks}`))),
    ...row('assumed', assumed),
    ...(options.length === 0 || next.includes('|') ? [] : row('choices', options.join(', '))),
    `  ${hintText(next, style)}`,
  ].join('\n');
}

/** Two sources that cannot both be true, and the command that decides between them. */
export function conflictsText(conflicts: readonly AnswerConflict[], { style, width }: QuestionsView): string {
  const blocks = conflicts.map(({ question, sides, next }) =>
    [
      `  ${style.bad('✗')} ${style.bold(question)}`,
      ...sides.flatMap((side) => hanging('    ', side, width)),
      `  ${hintText(next, style)}`,
    ].join('\n'),
  );
  return [style.bold(count(conflicts.length, 'conflict')), ...blocks].join('\n\n');
}

export interface ListedQuestion {
  readonly id: string;
  readonly section: SectionId;
  readonly ask: string;
  readonly state: 'decided' | 'assumed' | 'observed' | 'not asked';
  readonly value: AnswerValue | null;
  /** What holds, as a sentence or several. */
  readonly says: string;
}

/** Every question by section, with what holds for it. */
export function allQuestionsText(listed: readonly ListedQuestion[], { style, width }: QuestionsView): string {
  const blocks = sections.flatMap(({ id, title }) => {
    const own = listed.filter(({ section }) => section === id);
    const idWidth = Math.max(...own.map((each) => each.id.length), 0);
    const rows = own.flatMap((each) => {
      const head = `  ${padEnd(each.id, idWidth)}  ${stateText(each.state, style)}  `;
      return hanging(head, each.says, width);
    });
    return own.length === 0 ? [] : [[style.bold(title), ...rows].join('\n')];
  });
  return blocks.join('\n\n');
}

function stateText(state: ListedQuestion['state'], style: Style): string {
  const text = padEnd(state, 'not asked'.length);
  if (state === 'decided' || state === 'observed') return style.good(text);
  return state === 'assumed' ? style.attention(text) : style.dim(text);
}
