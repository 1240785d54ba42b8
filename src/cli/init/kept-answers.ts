import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';

import { readJsonFile, writeFileAtomically } from '../../lib/atomic-file.ts';
import { makeFolder } from '../../lib/make-folder.ts';
import type { Interview } from '../../questionnaire/interview.ts';

type Env = Readonly<Record<string, string | undefined>>;

const keptInterview = z.object({
  folder: z.string(),
  answers: z.record(
    z.string(),
    z.object({ answer: z.unknown(), by: z.string().nullable(), at: z.string().nullable() }),
  ),
  put: z.array(z.string()),
});

/**
 * Answers of an interview that was left before its end. They are not kept in the repository, to which nothing is
 * written before somebody says yes; and not in a home, which belongs to a server and may be restored into.
 */
export interface KeptAnswers {
  /** Null: there is none, or none that can be read. */
  read(): Promise<Interview | null>;
  write(interview: Interview): Promise<void>;
  remove(): Promise<void>;
}

export function keptAnswersOf(folder: string, env: Env): KeptAnswers {
  const named = env['XDG_STATE_HOME'];
  const state = named === undefined || named === '' ? join(homedir(), '.local', 'state') : named;
  const place = join(state, 'deployer-init');
  const file = join(place, `${createHash('sha256').update(folder).digest('hex').slice(0, 16)}.json`);
  return {
    async read() {
      const kept = await readJsonFile(file, keptInterview).catch(() => null);
      if (kept === null || kept.folder !== folder) return null;
      const answers = Object.entries(kept.answers).map(
        ([id, { answer, by, at }]) => [id, { answer: answer ?? null, by, at }] as const,
      );
      return { answers: new Map(answers), put: kept.put };
    },
    async write({ answers, put }) {
      makeFolder(place, 0o700);
      const content = { folder, answers: Object.fromEntries(answers), put };
      await writeFileAtomically(file, `${JSON.stringify(content)}\n`);
    },
    remove: () => rm(file, { force: true }),
  };
}
