import type { GivenAnswer } from './answers.ts';
import { environmentNames, type EnvironmentNames } from './environment-names.ts';
import { judgeAnswer } from './judge-answer.ts';
import type { AnswerValue, Question } from './question.ts';
import type { FoundAnswer, SettleInput } from './settlement.ts';
import { isWrittenOtherwise, type WrittenAnswer, writtenAnswer } from './spec-setting.ts';

/** One question with all that is said to it, before anything is held against anything else. */
export interface ReadQuestion {
  readonly question: Question;
  readonly names: EnvironmentNames;
  readonly given: GivenAnswer | null;
  /** Null: nobody answered, or the answer settles nothing, and `lacks` says why. */
  readonly answered: AnswerValue | null;
  readonly lacks: string | null;
  /** Its answer is in a conflict, so that it acts on nothing for now. */
  readonly isContested: boolean;
  readonly written: WrittenAnswer | null;
  /** What is written there is the answer to nothing that is asked: it is right, and for `deployer.yaml` to say. */
  readonly isWrittenOtherwise: boolean;
  readonly finding: FoundAnswer | null;
  /** All that the answer is held against. */
  readonly found: readonly FoundAnswer[];
}

export function read(question: Question, { answers, spec, findings = [] }: SettleInput): ReadQuestion {
  const names = environmentNames(spec.environments, question.environment);
  const given = answers.get(question.id) ?? null;
  const found = findings.filter((each) => each.question === question.id);
  const judgement = given === null ? null : judgeAnswer(question, given.answer);
  return {
    question,
    names,
    given,
    answered: judgement?.kind === 'settles' ? judgement.value : null,
    lacks: judgement?.kind === 'lacks' ? judgement.lacks : null,
    isContested: false,
    written: writtenAnswer({ question, names, spec }),
    isWrittenOtherwise: isWrittenOtherwise({ question, names, spec }),
    finding: found.find(({ fits }) => fits === undefined) ?? null,
    found,
  };
}

export function contestedOf(each: ReadQuestion): ReadQuestion {
  return { ...each, answered: null, isContested: each.answered !== null };
}
