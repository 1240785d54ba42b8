import { receiverName } from '../core/alerts/receiver.ts';
import type { OpenQuestion } from '../core/document/settled.ts';
import { plainWords } from '../core/document/words.ts';
import { answerCommand } from './answer-command.ts';
import { impactOf } from './impact.ts';
import type { Question } from './question.ts';
import type { ReadQuestion } from './read-question.ts';
import type { Standing } from './settlement.ts';
import { statementsOf } from './statements.ts';

interface Candidate {
  readonly each: ReadQuestion;
  readonly standing: Standing;
  readonly questions: readonly Question[];
}

/** Longer answers are shown by their beginning. */
const shownLength = 200;

/** What nobody has decided, or answered without settling it, what would change most first. */
export function openQuestions(candidates: readonly Candidate[]): readonly OpenQuestion[] {
  return candidates
    .filter(({ each, standing }) => isOpen(each, standing))
    .map((candidate) => ({ candidate, score: impactOf(candidate.each.question, candidate.questions).score }))
    .sort((a, b) => scoreOf(b) - scoreOf(a))
    .map(({ candidate }) => openQuestion(candidate));
}

/** An answer that was begun is nearer to one than none at all. */
function scoreOf({ candidate, score }: { readonly candidate: Candidate; readonly score: number }): number {
  return score + (candidate.standing.lacks === null ? 0 : 1);
}

function isOpen({ finding, isContested }: ReadQuestion, { applies, from, lacks }: Standing): boolean {
  // What is contested is a conflict, not a question.
  if (!applies || isContested || from === 'answer') return false;
  return lacks !== null || from === 'default' || (from === 'finding' && finding?.isSure !== true);
}

function openQuestion({ each, standing }: Candidate): OpenQuestion {
  const { question, given, lacks } = each;
  return {
    id: question.id,
    section: question.section,
    ask: lacks === null ? question.ask : question.again,
    why: question.why,
    given: given === null || lacks === null ? null : { answer: shownAnswer(question, given.answer), lacks },
    assumed: statementsOf(each, standing)
      .map(({ text }) => plainWords(text))
      .slice(0, 1)
      .join(' '),
    next: answerCommand(question, question.suggest ?? null),
  };
}

/** As given, in a form that fits a line. */
function shownAnswer({ limits }: Question, answer: unknown): string {
  const text = limits?.form === 'url' ? shownAddresses(answer) : textOf(answer);
  return text.length > shownLength ? `${text.slice(0, shownLength - 1)}…` : text;
}

/** An address that is not whole may still hold what lets one post there; a word like `tbd` holds nothing. */
function shownAddresses(answer: unknown): string {
  const texts = Array.isArray(answer) ? answer.map(textOf) : textOf(answer).split(/[\s,;]+/);
  return texts.map((text) => (/^[\p{L}?.!-]{0,12}$/u.test(text) ? text : receiverName(text))).join(', ');
}

function textOf(answer: unknown): string {
  return typeof answer === 'string' ? answer : (JSON.stringify(answer) ?? '');
}
