import { z } from 'zod';

import { DeployerError } from '../errors.ts';
import { namePattern, nameRules } from '../spec/schema/names.ts';

/** Checks what came in against its schema; the error names every field that does not fit. */
export function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const { issues } = result.error;
  const [first] = issues;
  throw new DeployerError('request_invalid', {
    message: `The request does not fit: ${first?.path.join('.') ?? ''} ${first?.message ?? ''}`.replace(
      / +/g,
      ' ',
    ),
    hint: issues.every(isAboutValue)
      ? 'Mend what it names, and type the command again.'
      : 'Use a CLI of the same version as the server: deployer doctor',
    path: first?.path.join('.') ?? '',
    detail: issues.map(({ path, message }) => `${path.join('.')}: ${message}`),
  });
}

/** A value that somebody may have typed so, in a request that has the right shape. */
function isAboutValue({ code }: z.core.$ZodIssue): boolean {
  return code === 'custom' || code === 'too_big' || code === 'too_small' || code === 'invalid_format';
}

const name: z.ZodType<string> = z.string().min(1).max(200);

export function param(params: unknown, key: string): string {
  return parse(z.looseObject({ [key]: name }), params)[key] as string;
}

/** Of an integration that may not have been shipped yet: its secrets come first. */
export function integrationParam(params: unknown): string {
  const key = param(params, 'integration');
  if (namePattern.test(key)) return key;
  throw new DeployerError('request_invalid', {
    message: `"${key}" is no key of an integration: ${nameRules}.`,
    hint: 'Use the key that stands in deployer.yaml.',
    path: 'integration',
  });
}

export function query(values: unknown, key: string): string | null {
  const found = parse(z.looseObject({ [key]: name.optional() }), values)[key];
  return typeof found === 'string' ? found : null;
}

const count: z.ZodType<number> = z
  .string()
  .regex(/^\d{1,6}$/, 'takes a whole number below a million')
  .transform(Number);

export function queryCount(values: unknown, key: string): number | null {
  const found = parse(z.looseObject({ [key]: count.optional() }), values)[key];
  return typeof found === 'number' ? found : null;
}
