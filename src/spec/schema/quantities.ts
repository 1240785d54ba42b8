import { z } from 'zod';
import { cpuMillis, durationMs, durationText, memoryBytes } from '../units.ts';
import { meta, refusing, text, type FieldDoc } from './field.ts';

export interface DurationRange {
  /** Both as written in the file, e.g. `1s`. */
  readonly min?: string;
  readonly max?: string;
}

export function duration(doc: FieldDoc, { min = '0s', max = '365d' }: DurationRange = {}): z.ZodType<string> {
  const limits = { min: durationMs(min) ?? 0, max: durationMs(max) ?? 0 };
  const hint = 'Write a whole number with s, m, h or d, such as `90s` or `15m`.';
  return text(doc, (value) => {
    const ms = durationMs(value);
    if (ms === null) return { message: 'must be a duration', hint };
    if (ms >= limits.min && ms <= limits.max) return null;
    return { message: `must be from ${durationText(limits.min)} to ${durationText(limits.max)}`, hint };
  });
}

export function cpu(doc: FieldDoc): z.ZodType<string | number> {
  const refusal = {
    message: 'must be an amount of CPU, a thousandth of a core at least',
    hint: 'Write `500m` (half a core), `0.5` or `2`.',
  };
  return z
    .union([z.string(), z.number()])
    .check(refusing((value) => (cpuMillis(value) === null ? refusal : null)))
    .meta(meta(doc));
}

export function memory(doc: FieldDoc): z.ZodType<string> {
  const refusal = {
    message: 'must be an amount of memory with its unit',
    hint: 'Write for example `256Mi` or `1Gi` (Ki, Mi, Gi, Ti; k, M, G, T are powers of ten).',
  };
  return text(doc, (value) => (memoryBytes(value) === null ? refusal : null));
}
