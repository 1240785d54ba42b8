import type { Answers, GivenAnswer } from './answers.ts';
import { applyAnswers } from './apply-answers.ts';
import { judgeAnswer } from './judge-answer.ts';
import type { AnswerValue, Question } from './question.ts';
import type { FoundAnswer, Settlement, Standing } from './settlement.ts';
import { settle } from './settle.ts';
import { readSpec } from './spec-reading.ts';

/** How far questions have been gone through with somebody. */
export interface Interview {
  readonly answers: Answers;
  /** Ids, in the order in which they were put; of what was passed over too. */
  readonly put: readonly string[];
}

/** What an interview is about. */
export interface InterviewMatter {
  /** In the order of the questionnaire. */
  readonly questions: readonly Question[];
  /** Text of `deployer.yaml` before any answer. */
  readonly specText: string;
  readonly findings: readonly FoundAnswer[];
  /** What was answered before, and is not asked again. */
  readonly answered: Answers;
  /** Ids of those to put, in the order of putting them. */
  readonly asked: readonly string[];
  /** Ids of those that are put although `deployer.yaml` says something: nobody has decided it. */
  readonly assumed: readonly string[];
  /** Who is asked. */
  readonly actor: string;
}

export interface NextQuestion {
  readonly question: Question;
  /** What Enter stands for; null: nothing is proposed. */
  readonly proposal: AnswerValue | null;
  /** Counted from 1; what will be put changes with each answer. */
  readonly number: number;
  readonly total: number;
}

/** The next question to put; null when all were. */
export function nextQuestion(interview: Interview, matter: InterviewMatter): NextQuestion | null {
  const { questions, specText, findings, answered, asked, assumed } = matter;
  const { standings } = applied(interview, matter);
  const before = settle({ questions, answers: answered, spec: readSpec(specText), findings }).standings;
  const wanted = asked.flatMap((id) => {
    const standing = standings.find(({ question }) => question.id === id);
    const from = before.find(({ question }) => question.id === id)?.from;
    const isKnown = from === 'spec' || (from === 'finding' && isSure(id, findings));
    const isAsked = !answered.has(id) && (!isKnown || assumed.includes(id));
    return standing?.applies === true && isAsked ? [standing] : [];
  });
  const next = wanted.find(
    ({ question: { id } }) => !interview.put.includes(id) && !interview.answers.has(id),
  );
  if (next === undefined) return null;
  const { question } = next;
  return {
    question,
    proposal: proposalFor(next, standings, matter.actor),
    number: interview.put.length + 1,
    total: new Set([...interview.put, ...wanted.map((each) => each.question.id)]).size,
  };
}

function isSure(id: string, findings: readonly FoundAnswer[]): boolean {
  return findings.some(({ question, isSure: sure }) => question === id && sure);
}

/** What is written or was found, else what the questionnaire suggests; of people whoever is there. */
function proposalFor(
  { question, value, from }: Standing,
  standings: readonly Standing[],
  actor: string,
): AnswerValue | null {
  if (question.id === 'pipeline.approval') {
    const approvers = standings.find((each) => each.question.id === 'pipeline.approvers')?.value;
    // Nobody else could approve what they have written.
    return Array.isArray(approvers) && approvers.join() === actor ? 'self' : 'others';
  }
  const known = from === 'spec' || from === 'finding' ? value : (question.suggest ?? question.default.value);
  return known ?? (question.id === 'integration.owners' ? [actor] : null);
}

/** Why an answer settles nothing; null: it does. */
export function lackOf(question: Question, answer: unknown): string | null {
  const judgement = judgeAnswer(question, answer);
  return judgement.kind === 'lacks' ? judgement.lacks : null;
}

export function withGiven({ answers, put }: Interview, id: string, given: GivenAnswer): Interview {
  return { answers: new Map([...answers, [id, given]]), put: [...put, id] };
}

export function passedOver({ answers, put }: Interview, id: string): Interview {
  return { answers, put: [...put, id] };
}

/** The last question that was put is open again, as if nothing had been said; itself where none was put. */
export function goneBack(interview: Interview): Interview {
  const last = interview.put.at(-1);
  const answers = new Map(interview.answers);
  if (last !== undefined) answers.delete(last);
  return { answers, put: interview.put.slice(0, -1) };
}

/** Where each question stands with what was said. What was put is decided now, whatever `deployer.yaml` said before. */
function applied({ answers, put }: Interview, matter: InterviewMatter): Pick<Settlement, 'standings'> {
  const { questions, answered, specText, findings } = matter;
  const all = new Map([...answered, ...answers]);
  return applyAnswers({ questions, answers: all, spec: readSpec(specText), findings }, put);
}
