import type { Settled } from '../core/document/settled.ts';
import type { Path } from '../spec/fault.ts';
import type { Answers, GivenAnswer } from './answers.ts';
import type { AnswerValue, Question, SpecValue } from './question.ts';
import type { SpecReading } from './spec-reading.ts';

export interface SettleInput {
  /** In the order of the questionnaire. */
  readonly questions: readonly Question[];
  readonly answers: Answers;
  readonly spec: SpecReading;
  /** What was found in the repository. It counts less than an answer and than what is written. */
  readonly findings?: readonly FoundAnswer[];
}

/** What the repository says to a question. */
export interface FoundAnswer {
  readonly question: string;
  readonly value: AnswerValue;
  /** `Dockerfile:3` */
  readonly where: string;
  /** When it was looked at, ISO 8601. */
  readonly at: string;
  /** One that is only likely settles nothing: it is what is assumed. */
  readonly isSure: boolean;
  /**
   * Answers that go with it, where it is only held against an answer: it settles nothing, and nothing is assumed of it.
   */
  readonly fits?: readonly string[];
}

/** What all answers come to, and what they ask for in `deployer.yaml`. */
export interface Settlement {
  readonly settled: Settled;
  /** What is answered and not written yet, by question in the order of the questionnaire. */
  readonly edits: readonly QuestionEdits[];
  /** Each question, in the same order. */
  readonly standings: readonly Standing[];
}

/** Where a question stands: what holds for it, and since when that is so. */
export interface Standing {
  readonly question: Question;
  /** Whether it is asked at all as things stand. */
  readonly applies: boolean;
  readonly value: AnswerValue | null;
  readonly from: 'answer' | 'spec' | 'finding' | 'default';
  /** As given, whether it settles anything or not. */
  readonly given: GivenAnswer | null;
  /** Why the answer settles nothing. */
  readonly lacks: string | null;
}

/** Either all of them are made, or none. */
export interface QuestionEdits {
  readonly question: string;
  /** Something else is written there: only whoever gives the answer anew may replace it. */
  readonly isOverriding: boolean;
  readonly edits: readonly SpecEdit[];
}

export type SpecEdit =
  | { readonly kind: 'set'; readonly path: Path; readonly value: SpecValue }
  /** Where nothing is. */
  | { readonly kind: 'default'; readonly path: Path; readonly value: SpecValue }
  | { readonly kind: 'remove'; readonly path: Path }
  /** Into a list, or out of it. */
  | { readonly kind: 'include' | 'exclude'; readonly path: Path; readonly item: string };
