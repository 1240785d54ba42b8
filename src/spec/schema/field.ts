import { z } from 'zod';
import type { FaultText } from '../fault.ts';

/** What is said of a field, once: in the JSON Schema, in the manual and in hints. */
export interface FieldDoc {
  readonly description: string;
  readonly examples?: readonly unknown[];
  /** A default that is one value. */
  readonly default?: unknown;
  /** A default that depends on something else, in words (Markdown). */
  readonly defaultText?: string;
}

export function meta(doc: FieldDoc, more: Record<string, unknown> = {}): z.GlobalMeta {
  const { description, examples, default: value, defaultText } = doc;
  return {
    description,
    ...(examples === undefined ? {} : { examples: [...examples] }),
    ...(value === undefined ? {} : { default: value }),
    ...(defaultText === undefined ? {} : { 'x-default': defaultText }),
    ...more,
  };
}

/** Text that `refuse` accepts by returning null. A message follows the field's name: "must be …". */
export function text(doc: FieldDoc, refuse: (value: string) => FaultText | null): z.ZodType<string> {
  return z.string().check(refusing(refuse)).meta(meta(doc));
}

/** Text of a pattern, which editors learn too. */
export function matching(pattern: RegExp, doc: FieldDoc, refusal: FaultText): z.ZodType<string> {
  return z
    .string()
    .check(refusing((value) => (pattern.test(value) ? null : refusal)))
    .meta(meta(doc, { pattern: pattern.source }));
}

/** A check whose message comes with a hint, which zod itself has no place for. */
export function refusing<T>(refuse: (value: T) => FaultText | null): z.core.CheckFn<T> {
  return (context) => {
    const refusal = refuse(context.value);
    if (refusal === null) return;
    const { message, hint } = refusal;
    context.issues.push({ code: 'custom', input: context.value, message, params: { hint } });
  };
}

export interface NumberRange {
  readonly min: number;
  readonly max: number;
}

export function wholeNumber({ min, max }: NumberRange, doc: FieldDoc): z.ZodType<number> {
  return z.int().min(min).max(max).meta(meta(doc));
}

export function number({ min, max }: NumberRange, doc: FieldDoc): z.ZodType<number> {
  return z.number().min(min).max(max).meta(meta(doc));
}

export function yesOrNo(doc: FieldDoc): z.ZodType<boolean> {
  return z.boolean().meta(meta(doc));
}

export function oneOf<const T extends string>(values: readonly T[], doc: FieldDoc): z.ZodType<T> {
  return z.enum(values).meta(meta(doc));
}

const maxItems = 200;

export function list<T>(item: z.ZodType<T>, doc: FieldDoc): z.ZodType<T[]> {
  return z.array(item).max(maxItems).meta(meta(doc));
}
