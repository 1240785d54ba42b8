import type { AnswerConflict, Settled } from '../core/document/settled.ts';
import { dotted } from '../spec/fault.ts';
import { conflictOfAnswers, conflictWithFinding, conflictWithSpec, notInForce } from './conflict-text.ts';
import { holds } from './condition.ts';
import { contradictionsIn, type Contradiction } from './contradictions.ts';
import { editsFor } from './spec-setting.ts';
import { openQuestions } from './open-questions.ts';
import type { AnswerValue } from './question.ts';
import { contestedOf, read, type ReadQuestion } from './read-question.ts';
import type { FoundAnswer, QuestionEdits, SettleInput, Settlement, Standing } from './settlement.ts';
import { statementsOf } from './statements.ts';

/**
 * What the answers come to. Pure, and the same whatever the order in which they were given: a question at a time says
 * what was answered, written, found or assumed, and only then they are held against each other.
 *
 * An answer that contradicts another one, or what is written, settles nothing until a person has decided between the
 * two: the document says what is in force.
 */
export function settle(input: SettleInput): Settlement {
  const questions = input.questions.map((question) => read(question, input));
  const contradictions = between(questions, input);
  const contested = new Set(contradictions.flatMap(({ a, b }) => [a, b]));
  const considered = questions.map((each) => (contested.has(each.question.id) ? contestedOf(each) : each));
  const values = new Map(considered.map((each) => [each.question.id, valueOf(each)]));
  const judged = considered.map((each) => judge(each, { input, values }));
  const standings = judged.map(({ standing }) => standing);
  const settled: Settled = {
    statements: judged.flatMap(({ each, standing }) =>
      standing.applies ? statementsOf(each, standing) : [],
    ),
    open: openQuestions(judged.map(({ each, standing }) => ({ each, standing, questions: input.questions }))),
    conflicts: inOrder(
      [
        ...contradictions.map((each) => conflictOfAnswers(each, questions)),
        ...judged.flatMap(({ conflict }) => (conflict === null ? [] : [conflict])),
      ],
      input,
    ),
  };
  return { settled, edits: judged.flatMap(({ edits }) => (edits === null ? [] : [edits])), standings };
}

interface Judged {
  readonly each: ReadQuestion;
  readonly standing: Standing;
  readonly edits: QuestionEdits | null;
  readonly conflict: AnswerConflict | null;
}

interface Surroundings {
  readonly input: SettleInput;
  readonly values: ReadonlyMap<string, AnswerValue | null>;
}

function judge(each: ReadQuestion, { input, values }: Surroundings): Judged {
  const { question, names, answered, written, found } = each;
  const { spec } = input;
  const isThere = question.environment === undefined || names.environment !== null;
  const isAsked = isThere && !(each.isWrittenOtherwise && answered === null);
  const applies =
    isAsked && holds(question.applies, { spec, names, valueOf: (id) => values.get(id) ?? null });
  const none = { each, edits: null, conflict: null };
  if (!applies || answered === null) return { ...none, standing: standingOf(each, applies) };
  const edits = editsFor({ question, names, spec }, answered);
  if (edits.length > 0) {
    const isOverriding = written !== null || each.isWrittenOtherwise;
    const conflict = written !== null ? conflictWithSpec(each, written) : notInForce(each, edits);
    const inForce = contestedOf(each);
    return {
      each: inForce,
      standing: standingOf(inForce, applies),
      edits: { question: question.id, isOverriding, edits },
      conflict,
    };
  }
  const against = found.find((finding) => contradicts(finding, answered));
  return {
    ...none,
    standing: standingOf(each, applies),
    conflict: against === undefined ? null : conflictWithFinding(each, against),
  };
}

function contradicts({ value, isSure, fits }: FoundAnswer, answered: AnswerValue): boolean {
  return fits === undefined ? isSure && String(value) !== String(answered) : !fits.includes(String(answered));
}

/**
 * Of what is assumed nobody can be said to contradict it, and of what is only written the rules of the file judge. What
 * an answer would write in the place of the other side is a difference of the two files, and no contradiction of its
 * own.
 */
function between(questions: readonly ReadQuestion[], { spec }: SettleInput): readonly Contradiction[] {
  const byId = new Map(questions.map((each) => [each.question.id, each]));
  const decided = (id: string): AnswerValue | null => {
    const each = byId.get(id);
    return each?.answered ?? each?.written?.value ?? null;
  };
  return contradictionsIn(decided).filter(({ a, b }) => {
    const [first, second] = [byId.get(a), byId.get(b)];
    if (first === undefined || second === undefined) return false;
    if (first.answered !== null && second.answered !== null) return true;
    if (first.answered === null && second.answered === null) return false;
    const [answer, written] = first.answered === null ? [second, first] : [first, second];
    return !wouldReplace(answer, written, spec);
  });
}

function wouldReplace(
  { question, names, answered }: ReadQuestion,
  { written }: ReadQuestion,
  spec: SettleInput['spec'],
): boolean {
  const edits = answered === null ? [] : editsFor({ question, names, spec }, answered);
  return edits.some(({ path }) => dotted(path) === written?.path);
}

function valueOf({ question, answered, written, finding }: ReadQuestion): AnswerValue | null {
  return answered ?? written?.value ?? finding?.value ?? question.default.value;
}

function standingOf(each: ReadQuestion, applies: boolean): Standing {
  const { question, answered, written, finding, given, lacks } = each;
  const from =
    answered !== null ? 'answer' : written !== null ? 'spec' : finding !== null ? 'finding' : 'default';
  return { question, applies, value: valueOf(each), from, given, lacks };
}

function inOrder(
  conflicts: readonly AnswerConflict[],
  { questions }: SettleInput,
): readonly AnswerConflict[] {
  const rank = new Map(questions.map(({ id }, index) => [id, index]));
  return [...conflicts].sort((a, b) => (rank.get(a.question) ?? 0) - (rank.get(b.question) ?? 0));
}
