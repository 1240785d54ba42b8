import { z } from 'zod';
import { matching, meta, refusing, type FieldDoc } from './field.ts';

/**
 * A name that becomes part of file names, URLs, OCI tags, DNS labels and environment variables. Without `_` no two
 * names become the same variable.
 */
export const namePattern: RegExp = /^[a-z](?:[a-z0-9-]{0,38}[a-z0-9])?$/;

export const nameRules =
  'lower-case letters, digits and `-`, a letter first, no `-` at the end, at most 40 characters';

export function name(doc: FieldDoc): z.ZodType<string> {
  return matching(namePattern, doc, {
    message: `must be a name: ${nameRules}`,
    hint: 'Write a name such as `triage-desk`.',
  });
}

export const variablePattern: RegExp = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/;

/**
 * Keys of a mapping by name. Editors learn the pattern; `rules/keys.ts` judges it, because a record that refuses a key
 * does not look at its value any more.
 */
export function keyed(doc: FieldDoc, pattern: RegExp): z.ZodString {
  return z.string().meta(meta(doc, { pattern: pattern.source }));
}

export function variableValue(doc: FieldDoc): z.ZodType<string | number | boolean> {
  const refusal = { message: 'must not contain a NUL character', hint: 'Remove it.' };
  return z
    .union([z.string(), z.number(), z.boolean()])
    .check(refusing((value) => (String(value).includes('\0') ? refusal : null)))
    .meta(meta(doc));
}
