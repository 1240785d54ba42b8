import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { isNodeError } from '../../lib/node-error.ts';
import { answersFile, questionsFile } from '../../questionnaire/answers.ts';

/** The files of an integration, as far as it has them. */
export interface TextsThere {
  readonly spec: string | null;
  readonly answers: string | null;
  readonly questions: string | null;
}

export async function textsIn(folder: string): Promise<TextsThere> {
  const [spec, answers, questions] = await Promise.all(
    ['deployer.yaml', answersFile, questionsFile].map((path) => textOf(join(folder, path))),
  );
  return { spec: spec ?? null, answers: answers ?? null, questions: questions ?? null };
}

async function textOf(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (isNodeError(error) && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return null;
    throw error;
  }
}
