import { z } from 'zod';

import type { DocumentationFinding, SeenDocumentation } from '../core/checklist/facts.ts';
import type { Queries } from './database.ts';
import { newestOfRelease } from './evidence.ts';
import { iso } from './json.ts';

/** What was seen of the documents of a release; null: nothing was, or what is stored cannot be read. */
export async function documentationOf(db: Queries, release: string): Promise<SeenDocumentation | null> {
  const row = await newestOfRelease(db, release, 'documentation');
  const parsed = documentationFinding.safeParse(row?.body);
  if (row === null || !parsed.success) return null;
  return { evidence: row.digest, at: iso(row.at), finding: parsed.data };
}

const texts = z.array(z.string());

const documentationFinding: z.ZodType<DocumentationFinding> = z.object({
  files: texts,
  missing: texts,
  brokenLinks: z.array(z.object({ file: z.string(), link: z.string() })),
  interface: z
    .object({
      changedIn: z.string().nullable(),
      documentedIn: z.string().nullable(),
      isDocumented: z.boolean(),
    })
    .nullable(),
  unread: z.string().nullable().default(null),
  globs: z.object({ files: texts, interface: texts }).exactOptional(),
});
