import { z } from 'zod';
import { cpuMillis, durationMs, durationText, memoryBytes } from '../units.ts';
import { namePattern } from './name-pattern.ts';
import { globFault, pathFault } from '../relative-path.ts';

/** What is said of a field, once: in the JSON Schema, in the manual and in hints. */
export interface FieldDoc {
  readonly description: string;
  readonly examples?: readonly unknown[];
  /** A default that is one value. */
  readonly default?: unknown;
  /** A default that depends on something else, in words. */
  readonly defaultText?: string;
}

export interface Refusal {
  readonly message: string;
  readonly hint: string;
}

/** Text that `refuse` accepts by returning null. */
function text(doc: FieldDoc, refuse: (value: string) => Refusal | null, pattern?: RegExp): z.ZodType<string> {
  return z
    .string()
    .check((context) => {
      const refusal = refuse(context.value);
      if (refusal === null) return;
      const { message, hint } = refusal;
      context.issues.push({ code: 'custom', input: context.value, message, params: { hint } });
    })
    .meta(meta(doc, pattern === undefined ? {} : { pattern: pattern.source }));
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

const controlCharacters = /\p{Cc}/u;

/** One line that is shown to people. */
export function line(doc: FieldDoc, maxLength = 200): z.ZodType<string> {
  return text(doc, (value) => {
    if (value.trim() === '') return { message: 'must not be empty', hint: 'Write a few words.' };
    if (controlCharacters.test(value))
      return { message: 'must be a single line', hint: 'Remove the line break.' };
    if (value.length > maxLength) {
      return { message: `must have at most ${maxLength} characters`, hint: 'Shorten it.' };
    }
    return null;
  });
}

const oneEmoji = /^(?:\p{RGI_Emoji}|\p{Extended_Pictographic}\uFE0F?)$/v;

export function emoji(doc: FieldDoc): z.ZodType<string> {
  const refusal = { message: 'must be one emoji', hint: 'Write for example "🎫", or leave it out.' };
  return text(doc, (value) => (oneEmoji.test(value) ? null : refusal));
}

/** A branch as `git check-ref-format --branch` allows it, in plain ASCII. */
export function branch(doc: FieldDoc): z.ZodType<string> {
  const pattern = /^(?![-/.])(?!.*(?:\.\.|\/\/|\/\.|@\{|\.lock(?:\/|$)))[!-~]{0,199}(?<![/.])$/;
  const forbidden = /[~^:?*[\\]|^$|^@$/;
  const refusal = { message: 'must be the name of a branch', hint: 'Write for example `main`.' };
  return text(doc, (value) => (pattern.test(value) && !forbidden.test(value) ? null : refusal));
}

/** For `/bin/sh -c`; several lines are a script. */
export function command(doc: FieldDoc): z.ZodType<string> {
  return text(doc, (value) => {
    if (value.trim() === '') return { message: 'must not be empty', hint: 'Write the command to run.' };
    return value.includes('\0') ? { message: 'must not contain a NUL character', hint: 'Remove it.' } : null;
  });
}

export function name(doc: FieldDoc): z.ZodType<string> {
  const refusal = {
    message: 'must be a name: lower-case letters, digits and `-`, a letter first, at most 40 characters',
    hint: 'Write a name such as `triage-desk`.',
  };
  return text(doc, (value) => (namePattern.test(value) ? null : refusal), namePattern);
}

const maxDays = 365;

export interface DurationRange {
  /** Both as written in the file, e.g. `1s`. */
  readonly min?: string;
  readonly max?: string;
}

export function duration(
  doc: FieldDoc,
  { min = '0s', max = `${maxDays}d` }: DurationRange = {},
): z.ZodType<string> {
  const limits = { min: durationMs(min) ?? 0, max: durationMs(max) ?? 0 };
  return text(
    doc,
    (value) => {
      const ms = durationMs(value);
      const hint = 'Write a whole number with s, m, h or d, such as `90s` or `15m`.';
      if (ms === null) return { message: 'must be a duration', hint };
      if (ms >= limits.min && ms <= limits.max) return null;
      return { message: `must be from ${durationText(limits.min)} to ${durationText(limits.max)}`, hint };
    },
    /^\d{1,6}[smhd]$/,
  );
}

export function path(doc: FieldDoc): z.ZodType<string> {
  return text(doc, pathFault);
}

export function glob(doc: FieldDoc): z.ZodType<string> {
  return text(doc, globFault);
}

/** A glob that may leave the folder of the file by leading `../`; whether it stays in the repository is seen later. */
export function outsideGlob(doc: FieldDoc): z.ZodType<string> {
  return text(doc, (value) => globFault(value.replace(/^(?:\.\.\/)+/, '')));
}

/** A file of the machine, or one relative to the folder. */
export function filePath(doc: FieldDoc): z.ZodType<string> {
  return text(doc, (value) => pathFault(value.replace(/^\//, '')));
}

/** Path of a request: begins with `/`, has no host and no fragment. */
export function requestPath(doc: FieldDoc): z.ZodType<string> {
  const pattern = /^\/(?!\/)[!-"$-~]*$/;
  const refusal = {
    message: 'must be a path that begins with one `/`, without spaces, host or `#`',
    hint: 'Write for example `/readyz`.',
  };
  return text(doc, (value) => (pattern.test(value) ? null : refusal), pattern);
}

/** Who a person is: what `DEPLOYER_USER` or Git's `user.email` says. */
export function identity(doc: FieldDoc): z.ZodType<string> {
  const pattern = /^[^\s,]{1,254}$/;
  const refusal = {
    message: 'must be one identity without spaces or commas',
    hint: 'Write an address such as `ops@example.com`; several are items of a list.',
  };
  return text(doc, (value) => (pattern.test(value) ? null : refusal), pattern);
}

export function variableName(doc: FieldDoc): z.ZodType<string> {
  const pattern = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/;
  return text(
    doc,
    (value) => {
      const hint = 'Write letters, digits and `_`, such as `LOG_LEVEL`.';
      if (!pattern.test(value)) return { message: 'must be the name of an environment variable', hint };
      if (!/^(?:PORT|HOST|DEPLOYER_.*)$/i.test(value)) return null;
      return { message: 'is set by Deployer alone', hint: 'Choose another name, or leave it out.' };
    },
    pattern,
  );
}

export function variableValue(doc: FieldDoc): z.ZodType<string | number | boolean> {
  return z
    .union([z.string(), z.number(), z.boolean()])
    .check(
      refuseWhen((value) => typeof value === 'string' && value.includes('\0'), {
        message: 'must not contain a NUL character',
        hint: 'Remove it.',
      }),
    )
    .meta(meta(doc));
}

/** `replicas`, `env.LOG_LEVEL`, `components.agent.resources.cpu` */
export function shapePath(doc: FieldDoc): z.ZodType<string> {
  const pattern = /^[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*){0,4}$/;
  const refusal = {
    message: 'must be a dotted path of keys',
    hint: 'Write for example `components.agent.replicas`.',
  };
  return text(doc, (value) => (pattern.test(value) ? null : refusal));
}

export function webAddress(doc: FieldDoc): z.ZodType<string> {
  const refusal = {
    message: 'must be an https address',
    hint: 'Write for example `https://hooks.example.com/x`.',
  };
  return text(doc, (value) => (value.startsWith('https://') && URL.canParse(value) ? null : refusal));
}

export function cpu(doc: FieldDoc): z.ZodType<string | number> {
  return z
    .union([z.string(), z.number()])
    .check(
      refuseWhen((value) => cpuMillis(value) === null, {
        message: 'must be an amount of CPU, a thousandth of a core at least',
        hint: 'Write `500m` (half a core), `0.5` or `2`.',
      }),
    )
    .meta(meta(doc));
}

export function memory(doc: FieldDoc): z.ZodType<string> {
  const refusal = {
    message: 'must be an amount of memory with its unit',
    hint: 'Write for example `256Mi` or `1Gi` (Ki, Mi, Gi, Ti; k, M, G, T are powers of ten).',
  };
  return text(
    doc,
    (value) => (memoryBytes(value) === null ? refusal : null),
    /^\d{1,6}(Ki|Mi|Gi|Ti|k|M|G|T)$/,
  );
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

export function list<T>(item: z.ZodType<T>, doc: FieldDoc): z.ZodType<T[]> {
  return z.array(item).max(200).meta(meta(doc));
}

export function oneOf<const T extends string>(values: readonly T[], doc: FieldDoc): z.ZodType<T> {
  return z.enum(values).meta(meta(doc));
}

function refuseWhen<T>(isRefused: (value: T) => boolean, { message, hint }: Refusal): z.core.CheckFn<T> {
  return (context) => {
    if (!isRefused(context.value)) return;
    context.issues.push({ code: 'custom', input: context.value, message, params: { hint } });
  };
}
