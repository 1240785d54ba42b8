import { join } from 'node:path';

import type { AnswerConflict } from '../../core/document/settled.ts';
import { DeployerError } from '../../errors.ts';
import { type Answers, answersFile, type GivenAnswer } from '../../questionnaire/answers.ts';
import { applyAnswers } from '../../questionnaire/apply-answers.ts';
import { emptyAnswers, withAnswer } from '../../questionnaire/edit-answers.ts';
import { decidedDraft } from '../../questionnaire/draft/decided-draft.ts';
import type { Draft } from '../../questionnaire/draft/draft.ts';
import { writeDraft } from '../../questionnaire/draft/write-draft.ts';
import type { Interview } from '../../questionnaire/interview.ts';
import { judgeAnswer } from '../../questionnaire/judge-answer.ts';
import type { AnswerValue, Question } from '../../questionnaire/question.ts';
import type { Questionnaire } from '../../questionnaire/questionnaire.ts';
import type { FoundAnswer } from '../../questionnaire/settlement.ts';
import { readSpec } from '../../questionnaire/spec-reading.ts';
import { loadSpec } from '../../spec/load.ts';
import type { FileChange } from '../run/questionnaire-files.ts';
import type { Look } from './look.ts';
import { secretsIn } from './secrets-in.ts';

/** The texts that `init` begins from. */
export interface Beginning {
  readonly folder: string;
  /** As it stands there; null: there is none. */
  readonly specBefore: string | null;
  /** What it becomes without any answer. */
  readonly specText: string;
  /** What that was written from; null: it stays what it is. */
  readonly draft: Draft | null;
  /** Null: there is none. */
  readonly answersText: string | null;
}

/** What is to be written, and what that comes to. */
export interface InitPlan {
  readonly changes: readonly FileChange[];
  /** Names of secrets that the definition refers to. */
  readonly secrets: readonly string[];
  readonly conflicts: readonly AnswerConflict[];
  /** How many questions stay open. */
  readonly open: number;
}

/** A `deployer.yaml` that is there stays as somebody has made it, unless it is to be written anew. */
export function beginningOf(
  folder: string,
  texts: { readonly spec: string | null; readonly answers: string | null },
  { draft, isAnew }: { readonly draft: Draft; readonly isAnew: boolean },
): Beginning {
  const isWritten = texts.spec === null || isAnew;
  const specText = texts.spec === null || isAnew ? writeDraft(draft) : texts.spec;
  const { definition, problems } = loadSpec({
    text: specText,
    file: 'deployer.yaml',
    folder: '.',
  });
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (definition === null) {
    const detail = errors.map(({ line, column, message }) => `deployer.yaml:${line}:${column}  ${message}`);
    // What init itself wrote has to load: anything else is a bug, and is reported as one.
    if (isWritten) throw new Error(`a draft does not load:\n${detail.join('\n')}\n${specText}`);
    throw new DeployerError('spec_invalid', {
      message: 'The deployer.yaml that is here has errors; it is left as it is.',
      hint: 'Correct them (deployer check), or have it written anew: deployer init --anew',
      detail,
    });
  }
  return {
    folder,
    specBefore: texts.spec,
    specText,
    draft: isWritten ? draft : null,
    answersText: texts.answers,
  };
}

export interface Answered {
  readonly questionnaire: Questionnaire;
  readonly findings: readonly FoundAnswer[];
  /** What was said just now. */
  readonly interview: Interview;
  readonly starter: Look['starter'];
}

/** Puts answers into the files. Throws `answers_invalid` where the file with the former ones is broken. */
export function planOf(beginning: Beginning, answered: Answered): InitPlan {
  const { folder, specBefore, specText, draft, answersText } = beginning;
  const { questionnaire, findings, starter } = answered;
  const { questions, answers } = questionnaire;
  const interview = withFound(answered);
  const all = new Map([...answers, ...interview.answers]);
  const base = draft === null ? specText : writeDraft(decidedDraft(draft, settledValues(questions, all)));
  const applied = applyAnswers(
    { questions, answers: all, spec: readSpec(base), findings },
    // Of a draft nobody has decided anything: what was answered before goes before it, too.
    draft === null ? [...interview.answers.keys()] : [...all.keys()],
  );
  return {
    changes: [
      ...[...starter].map(([path, text]) => ({ file: join(folder, path), before: null, after: text })),
      { file: join(folder, 'deployer.yaml'), before: specBefore, after: applied.specText },
      { file: join(folder, answersFile), before: answersText, after: answersWith(answersText, interview) },
    ],
    secrets: secretsIn(applied.specText),
    conflicts: applied.settled.conflicts,
    open: applied.settled.open.length,
  };
}

/**
 * What was found beyond doubt is an answer, too, with its place in place of a person: nobody looks again, and the
 * document would go on saying what is assumed without it.
 */
function withFound({ questionnaire, findings, interview }: Answered): Interview {
  const sure = findings.filter(({ question, isSure }) => isSure && !questionnaire.answers.has(question));
  const found = sure.map(({ question, value, where, at }): [string, GivenAnswer] => [
    question,
    { answer: value, by: `deployer init, from ${where}`, at },
  ]);
  return { answers: new Map([...found, ...interview.answers]), put: interview.put };
}

function settledValues(questions: readonly Question[], answers: Answers): ReadonlyMap<string, AnswerValue> {
  const settled = questions.flatMap((question): readonly [string, AnswerValue][] => {
    const given = answers.get(question.id);
    const judgement = given === undefined ? null : judgeAnswer(question, given.answer);
    return judgement?.kind === 'settles' ? [[question.id, judgement.value]] : [];
  });
  return new Map(settled);
}

function answersWith(before: string | null, { answers }: Interview): string {
  let text = before ?? emptyAnswers;
  for (const [id, { answer, by, at }] of answers) {
    const edited = withAnswer(text, { id, answer, by: by ?? '', at: at ?? '' });
    if (edited === null) {
      throw new DeployerError('answers_invalid', {
        message: `${answersFile} cannot be edited; nothing was written.`,
        hint: 'Correct it, then: deployer init',
      });
    }
    text = edited;
  }
  return text;
}
