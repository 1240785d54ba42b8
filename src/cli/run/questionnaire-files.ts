import { mkdir, realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { DeployerError } from '../../errors.ts';
import { writeFileAtomically } from '../../lib/atomic-file.ts';
import { isNodeError } from '../../lib/node-error.ts';
import { textOfFile } from '../../lib/text-file.ts';
import { answersFile, questionsFile } from '../../questionnaire/answers.ts';
import type { QuestionnaireTexts } from '../../questionnaire/questionnaire.ts';
import type { Project } from '../project.ts';

/** The files of an integration that the questionnaire is about, as far as its folder has them. */
export interface TextsThere extends Omit<QuestionnaireTexts, 'spec'> {
  readonly spec: string | null;
}

export async function textsIn(folder: string): Promise<TextsThere> {
  const [spec, answers, questions] = await Promise.all(
    ['deployer.yaml', answersFile, questionsFile].map((path) => textOfFile(join(folder, path))),
  );
  return { spec: spec ?? null, answers: answers ?? null, questions: questions ?? null };
}

/** The same of a project, whose `deployer.yaml` has been read. */
export async function questionnaireTexts({ folder, text }: Project): Promise<QuestionnaireTexts> {
  return { ...(await textsIn(folder)), spec: text };
}

export interface FileChange {
  /** Absolute. */
  readonly file: string;
  /** What it was when the change was made up; null: it was not there. */
  readonly before: string | null;
  readonly after: string;
}

/** Writes what differs, each file whole or not at all. Refuses when somebody else has written meanwhile. */
export async function writeChanges(changes: readonly FileChange[]): Promise<readonly string[]> {
  const wanted = changes.filter(({ before, after }) => (before ?? '') !== after);
  for (const { file, before } of wanted) {
    if ((await textOfFile(file)) !== before) {
      throw new DeployerError('file_changed', {
        message: `${file} was changed meanwhile; nothing was written.`,
        hint: 'Type the command again.',
      });
    }
  }
  for (const { file, after } of wanted) {
    await mkdir(dirname(file), { recursive: true });
    // A link stays one, and what it leads to keeps its mode.
    const target = await targetOf(file);
    await writeFileAtomically(target.path, after, target.mode);
  }
  return wanted.map(({ file }) => file);
}

async function targetOf(file: string): Promise<{ readonly path: string; readonly mode: number }> {
  try {
    const path = await realpath(file);
    return { path, mode: (await stat(path)).mode & 0o777 };
  } catch (error) {
    if (isNodeError(error) && error.code === 'ENOENT') return { path: file, mode: 0o644 };
    throw error;
  }
}
