import type { AnswerConflict } from '../core/document/settled.ts';
import { dotted } from '../spec/fault.ts';
import { answerCommand } from './answer-command.ts';
import type { Contradiction } from './contradictions.ts';
import type { Question } from './question.ts';
import type { ReadQuestion } from './read-question.ts';
import type { FoundAnswer, SpecEdit } from './settlement.ts';
import type { WrittenAnswer } from './spec-setting.ts';
import { answerText } from './template.ts';

// Sides name a key of a file, never a line: a line that moves would make another revision of the document.

export function conflictOfAnswers(
  { a, b, because }: Contradiction,
  questions: readonly ReadQuestion[],
): AnswerConflict {
  const [first, second] = [a, b].map((id) => questions.find(({ question }) => question.id === id));
  // What was just answered was meant; the other side is to be looked at.
  const toChange = first?.answered === null ? first : second;
  return {
    question: a,
    sides: [decidedSide(first), `${decidedSide(second)} ${because}`],
    next: toChange === undefined ? 'deployer questions' : answerCommand(toChange.question, null),
  };
}

export function conflictWithSpec(each: ReadQuestion, written: WrittenAnswer): AnswerConflict {
  return conflict(each, specSide(each.question, written));
}

/** Answered, in a file that somebody edited, and not written where it would act. */
export function notInForce(each: ReadQuestion, edits: readonly SpecEdit[]): AnswerConflict {
  const path = edits.at(-1)?.path ?? [];
  return conflict(each, `deployer.yaml does not say so at ${dotted(path)}, so it is not in force.`);
}

/** The answer anew would change nothing: what ends it is another one, or that the file is not there any more. */
export function conflictWithFinding(
  each: ReadQuestion,
  { value, where, isSure }: FoundAnswer,
): AnswerConflict {
  const { question } = each;
  return {
    ...conflict(each, `${where} says ${answerText(question, value)}.`),
    next: answerCommand(question, isSure ? value : null),
  };
}

/** An answer that `deployer.yaml` could not take. */
export function conflictOfRefusal(each: ReadQuestion, reason: string): AnswerConflict {
  return conflict(each, `deployer.yaml would not do with it: ${reason}`);
}

function conflict(each: ReadQuestion, other: string): AnswerConflict {
  const { question, answered } = each;
  return { question: question.id, sides: [answerSide(each), other], next: answerCommand(question, answered) };
}

function decidedSide(each: ReadQuestion | undefined): string {
  if (each?.answered === null && each.written !== null) return specSide(each.question, each.written);
  return each === undefined ? 'Nobody has answered.' : answerSide(each);
}

function answerSide({ question, answered, given }: ReadQuestion): string {
  const who = [given?.by ?? null, given?.at?.slice(0, 10) ?? null].filter((part) => part !== null).join(', ');
  const said = answered === null ? 'nothing' : answerText(question, answered);
  return `deployment/answers.yaml says ${said} at ${question.id}${who === '' ? '' : ` (${who})`}.`;
}

function specSide(question: Question, { value, path }: WrittenAnswer): string {
  return `deployer.yaml says ${answerText(question, value)} at ${path}.`;
}
