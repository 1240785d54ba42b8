import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

import { DeployerError } from '../../errors.ts';
import type { Interview } from '../../questionnaire/interview.ts';
import type { Question } from '../../questionnaire/question.ts';
import { readAnswers } from '../../questionnaire/read-answers.ts';
import type { Context } from '../context.ts';

export interface AnswerGiver {
  readonly questions: readonly Question[];
  readonly actor: string;
  readonly now: () => Date;
}

/** The answers of `--answers`, a file like `deployment/answers.yaml`; who and when are filled in. */
export async function answersIn(file: string, { cwd }: Context, giver: AnswerGiver): Promise<Interview> {
  const ids = giver.questions.map(({ id }) => id);
  const { answers, problems } = readAnswers(await textOf(resolve(cwd, file), file), ids, file);
  // A name that is mistyped would settle nothing, and nobody sits there who could see that.
  if (problems.length > 0) {
    throw new DeployerError('answers_invalid', {
      message: `${file} has answers that cannot be taken; nothing was written.`,
      hint: 'Correct the places that are listed; deployer questions --all lists every id.',
      detail: problems.map(({ line, column, message }) => `${file}:${line}:${column}  ${message}`),
    });
  }
  const at = giver.now().toISOString();
  const given = [...answers].map(
    ([id, each]) => [id, { ...each, by: each.by ?? giver.actor, at: each.at ?? at }] as const,
  );
  return { answers: new Map(given), put: given.map(([id]) => id) };
}

async function textOf(path: string, file: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new DeployerError('usage', {
      message: `--answers: ${file} cannot be read.`,
      hint: 'Name a file like deployment/answers.yaml: answers: { rollback.watch: 60s }',
      cause: error,
    });
  }
}
