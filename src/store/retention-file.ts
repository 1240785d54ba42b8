import { readFile } from 'node:fs/promises';
import { z } from 'zod';

import { defaultRetention, type RetentionPolicy } from '../core/retention/retention.ts';
import { DeployerError } from '../errors.ts';
import { messageOf } from '../lib/message-of.ts';
import { ignoreMissing } from '../lib/node-error.ts';

const { releasesKept, releaseDays, rollbacksKept, logDays } = defaultRetention;
/** 0: its age keeps nothing. */
const days = z.int().min(0).max(36_500);

/** `retention.json` of the home; what it leaves out has its default. */
const retentionFile: z.ZodType<RetentionPolicy> = z.strictObject({
  releasesKept: z.int().min(1).max(100_000).default(releasesKept),
  releaseDays: days.default(releaseDays),
  rollbacksKept: z.int().min(1).max(50).default(rollbacksKept),
  logDays: days.default(logDays),
});

/** What the operator of a home has set. Throws `retention_invalid`, naming the field. */
export async function readRetention(path: string): Promise<RetentionPolicy> {
  const text = await readFile(path, 'utf8').catch(ignoreMissing);
  if (text === null) return defaultRetention;
  const parsed = retentionFile.safeParse(jsonIn(path, text));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const field = unknown ?? issue?.path.join('.') ?? '';
  const keys = Object.keys(defaultRetention).join(', ');
  throw invalid(path, {
    path: field,
    message:
      unknown === undefined
        ? `${field}: ${issue?.message}`
        : `there is no setting "${unknown}"; there are ${keys}`,
  });
}

function jsonIn(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalid(path, { message: messageOf(error), path: '' });
  }
}

function invalid(file: string, { message, path }: { readonly message: string; readonly path: string }) {
  return new DeployerError('retention_invalid', {
    message: `${file} does not say what is kept: ${message}. Nothing was pruned.`,
    hint: `Correct it, then look: deployer prune --dry-run`,
    path,
  });
}
