import { z } from 'zod';

import type { CopiedSequence, CopiedTable } from '../store/table-copy.ts';

/**
 * A backup is a gzip of a tar archive. Its first entry is `backup.json`, what it is; then `database/<n>.jsonl`, rows of
 * one table each, its first line saying which; `sequences.json`; the files of the home under `home/`; and last
 * `digests.json`, the sha256 of every other entry: without it the archive is not whole.
 */
export const entries = {
  facts: 'backup.json',
  sequences: 'sequences.json',
  digests: 'digests.json',
  database: 'database',
  home: 'home',
} as const;

export const formatVersion = 1;

export interface BackupFacts {
  readonly format: 'deployer-backup';
  readonly v: number;
  /** ISO 8601: the moment that the database's part is of. */
  readonly createdAt: string;
  readonly by: string;
  /** Of the Deployer that made it. */
  readonly version: string;
  readonly home: string;
  /** Migrations of schema `app` that its database had. */
  readonly migrations: readonly string[];
  readonly integrations: readonly string[];
}

export const backupFacts: z.ZodType<BackupFacts> = z.object({
  format: z.literal('deployer-backup'),
  v: z.int(),
  createdAt: z.iso.datetime(),
  by: z.string(),
  version: z.string(),
  home: z.string(),
  migrations: z.array(z.string()).min(1),
  integrations: z.array(z.string()),
});

const schema = z.enum(['app', 'dbos']);

export const copiedTable: z.ZodType<CopiedTable> = z.object({
  schema,
  table: z.string(),
  columns: z.array(z.string()).min(1),
});

export const copiedSequences: z.ZodType<readonly CopiedSequence[]> = z.array(
  z.object({ schema, sequence: z.string(), value: z.string().regex(/^\d+$/) }),
);

export const digestList: z.ZodType<Readonly<Record<string, string>>> = z.record(z.string(), z.string());
