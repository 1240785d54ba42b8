import { z } from 'zod';
import { matching, meta, refusing, text, type FieldDoc } from './field.ts';

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

const variablePattern = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/;

export function variableName(doc: FieldDoc): z.ZodType<string> {
  return text(doc, (value) => {
    if (!variablePattern.test(value)) {
      return {
        message: 'must be the name of an environment variable',
        hint: 'Write letters, digits and `_`, such as `LOG_LEVEL`.',
      };
    }
    if (!/^(?:PORT|HOST|DEPLOYER_.*)$/i.test(value)) return null;
    return { message: 'is set by Deployer alone', hint: 'Choose another name, or leave it out.' };
  });
}

export function variableValue(doc: FieldDoc): z.ZodType<string | number | boolean> {
  const refusal = { message: 'must not contain a NUL character', hint: 'Remove it.' };
  return z
    .union([z.string(), z.number(), z.boolean()])
    .check(refusing((value) => (String(value).includes('\0') ? refusal : null)))
    .meta(meta(doc));
}

/** `replicas`, `env.LOG_LEVEL`, `components.agent.resources.cpu` */
export function shapePath(doc: FieldDoc): z.ZodType<string> {
  return matching(/^[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*){0,4}$/, doc, {
    message: 'must be a dotted path of keys',
    hint: 'Write for example `components.agent.replicas`.',
  });
}
