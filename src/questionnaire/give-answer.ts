import type { Answers } from './answers.ts';
import { applyAnswers, type AppliedAnswers } from './apply-answers.ts';
import { type AnswerChange, changesBetween } from './answer-changes.ts';
import { withAnswer, withoutAnswer } from './edit-answers.ts';
import { judgeAnswer } from './judge-answer.ts';
import type { Question } from './question.ts';
import type { Questionnaire } from './questionnaire.ts';
import { readAnswers } from './read-answers.ts';
import { settle } from './settle.ts';
import type { SettleInput } from './settlement.ts';

export interface NewAnswer {
  readonly question: Question;
  /** As typed; null: the answer is taken back. */
  readonly typed: string | null;
  readonly by: string;
  /** ISO 8601. */
  readonly at: string;
}

/** What an answer comes to, before anything is written. */
export interface GivenAnswerOutcome extends AppliedAnswers, AnswerChange {
  readonly answersText: string;
  /** Why it settles nothing; null: it settles its question. */
  readonly lacks: string | null;
}

/** Null: the file of answers cannot be edited. */
export function giveAnswer(
  questionnaire: Questionnaire & Pick<SettleInput, 'findings'>,
  answersText: string,
  { question, typed, by, at }: NewAnswer,
): GivenAnswerOutcome | null {
  const { id } = question;
  const text =
    typed === null
      ? withoutAnswer(answersText, id)
      : withAnswer(answersText, { id, answer: recorded(question, typed), by, at });
  if (text === null) return null;
  const { questions } = questionnaire;
  const answers: Answers = readAnswers(
    text,
    questions.map((each) => each.id),
  ).answers;
  const before = settle(questionnaire).settled;
  const applied = applyAnswers({ ...questionnaire, answers }, typed === null ? [] : [id]);
  const judgement = typed === null ? null : judgeAnswer(question, typed);
  return {
    ...applied,
    ...changesBetween(before, applied.settled),
    answersText: text,
    lacks: judgement?.kind === 'lacks' ? judgement.lacks : null,
  };
}

/** As typed; what settles as a list or a number stands in the file as one. */
function recorded(question: Question, typed: string): unknown {
  const judgement = judgeAnswer(question, typed);
  if (judgement.kind === 'lacks') return typed;
  const isPlainNumber = typeof judgement.value === 'number' && String(judgement.value) === typed.trim();
  return Array.isArray(judgement.value) || isPlainNumber ? judgement.value : typed;
}
