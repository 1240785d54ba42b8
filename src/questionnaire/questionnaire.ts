import type { Problem } from '../core/definition/problem.ts';
import type { Answers } from './answers.ts';
import { readOwnQuestions } from './own-questions.ts';
import type { Question } from './question.ts';
import { builtInQuestions } from './questions/all.ts';
import { readAnswers } from './read-answers.ts';
import { readSpec, type SpecReading } from './spec-reading.ts';

/** The texts of an integration that the questionnaire is about. Null: there is no such file. */
export interface QuestionnaireTexts {
  /** `deployer.yaml` */
  readonly spec: string;
  /** `deployment/answers.yaml` */
  readonly answers: string | null;
  /** `deployment/questions.yaml` */
  readonly questions: string | null;
}

export interface Questionnaire {
  readonly questions: readonly Question[];
  readonly answers: Answers;
  readonly spec: SpecReading;
  /** Of answers and questions; those of `deployer.yaml` are for `loadSpec` to say. */
  readonly problems: readonly Problem[];
}

/** Reads all of it. Never throws on account of the texts. */
export function readQuestionnaire({ spec, answers, questions }: QuestionnaireTexts): Questionnaire {
  const own = readOwnQuestions(questions ?? '', builtInQuestions);
  const all = [...builtInQuestions, ...own.questions];
  const read = readAnswers(
    answers ?? '',
    all.map(({ id }) => id),
  );
  return {
    questions: all,
    answers: read.answers,
    spec: readSpec(spec),
    problems: [...own.problems, ...read.problems],
  };
}
