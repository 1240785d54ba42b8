import { decodedText, encodings } from './decoded-text.ts';
import { patternsOf } from './secret-patterns.ts';

/** What stands where a value stood. */
export const redactedMark = '[redacted]';

/** Takes values of secrets out of texts. */
export interface Redactor {
  /** Whether there is nothing to look for. */
  readonly isEmpty: boolean;
  /** Whoever cuts a text must drop this many characters before the cut, or the beginning of a value could stay. */
  readonly margin: number;
  redact(text: string): string;
}

/** A value within JSON within JSON, or a URL within a URL, is still found. */
const layers = 3;
/** What encodings make of a character at most: `%25E2%2582%25AC` for `€`. */
const growth = 16;

/**
 * Finds values as they are, in base64 at any alignment (url-safe too) and in hexadecimal, all of these also behind
 * percent-encoding and the escapes of JSON and XML; values of several lines line by line. Linear in the length of
 * the text, however many values there are.
 */
export function redactorOf(values: Iterable<string>): Redactor {
  const patterns = [...new Set([...values].flatMap(patternsOf))];
  if (patterns.length === 0) return emptyRedactor;
  const find = finderOf(patterns);
  const hasBlank = patterns.some((pattern) => pattern.includes(' '));
  const longest = patterns.reduce((most, { length }) => Math.max(most, length), 0);
  return {
    isEmpty: false,
    margin: longest * growth,
    redact(text) {
      const ranges = [...find(text), ...behindEncodings(text, find)];
      // Forms encode a blank as `+`, everything else as URLs do.
      if (hasBlank && text.includes('+')) {
        const spaced = text.replaceAll('+', ' ');
        ranges.push(...find(spaced), ...behindEncodings(spaced, find));
      }
      return ranges.length === 0 ? text : without(text, ranges);
    },
  };
}

export const emptyRedactor: Redactor = { isEmpty: true, margin: 0, redact: (text) => text };

/** A copy of JSON data with every text in it redacted, keys of objects too. */
export function redactData<T>(value: T, redactor: Redactor): T {
  return redactor.isEmpty ? value : (redacted(value, redactor) as T);
}

function redacted(value: unknown, redactor: Redactor): unknown {
  if (typeof value === 'string') return redactor.redact(value);
  if (Array.isArray(value)) return value.map((item) => redacted(item, redactor));
  if (typeof value !== 'object' || value === null) return value;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [redactor.redact(key), redacted(item, redactor)]),
  );
}

/** From the first character to behind the last one. */
type Range = readonly [start: number, end: number];
type Find = (text: string) => readonly Range[];

function behindEncodings(text: string, find: Find): readonly Range[] {
  const ranges: Range[] = [];
  const seen = new Set([text]);
  let outside: readonly View[] = [{ text, origin: (offset) => offset }];
  for (let layer = 0; layer < layers; layer += 1) {
    outside = outside.flatMap((outer) => inside(outer)).filter((view) => isNew(view.text, seen));
    for (const view of outside)
      for (const [start, end] of find(view.text)) ranges.push([view.origin(start), view.origin(end)]);
  }
  return ranges;
}

interface View {
  readonly text: string;
  /** Where a place in it is in the text that was given. */
  readonly origin: (offset: number) => number;
}

/** One encoding at a time: a value may itself look as if it were encoded in another one. */
function inside(outer: View): readonly View[] {
  return encodings.flatMap((encoding) => {
    const decoded = decodedText(outer.text, encoding);
    if (decoded === null) return [];
    const { text, offsets } = decoded;
    return [{ text, origin: (offset: number) => outer.origin(offsets[offset] ?? offset) }];
  });
}

function isNew(text: string, seen: Set<string>): boolean {
  if (seen.has(text)) return false;
  seen.add(text);
  return true;
}

const window = 4;
const hashMask = 0xff_ff;

/**
 * All places of many patterns in one pass: a rolling hash of the last four characters (older ones are shifted out)
 * tells in one look whether a pattern may begin there.
 */
function finderOf(patterns: readonly string[]): Find {
  const isStart = new Uint8Array(hashMask + 1);
  const byHash = new Map<number, string[]>();
  for (const pattern of patterns) {
    let hash = 0;
    for (let at = 0; at < window; at += 1) hash = rolled(hash, pattern.charCodeAt(at));
    isStart[hash] = 1;
    byHash.set(hash, [...(byHash.get(hash) ?? []), pattern]);
  }
  return (text) => {
    const ranges: Range[] = [];
    let hash = 0;
    for (let at = 0; at < text.length; at += 1) {
      hash = rolled(hash, text.charCodeAt(at));
      if (isStart[hash] !== 1 || at < window - 1) continue;
      const start = at - window + 1;
      for (const pattern of byHash.get(hash) ?? [])
        if (text.startsWith(pattern, start)) ranges.push([start, start + pattern.length]);
    }
    return ranges;
  };
}

function rolled(hash: number, code: number): number {
  return ((hash << 4) ^ ((code * 0x9e_37) >>> 4) ^ code) & hashMask;
}

function without(text: string, ranges: readonly Range[]): string {
  let kept = '';
  let from = 0;
  for (const [start, end] of merged(ranges)) {
    kept += text.slice(from, start) + redactedMark;
    from = end;
  }
  return kept + text.slice(from);
}

/** Ranges in order; those that touch or overlap are one. */
function merged(ranges: readonly Range[]): readonly Range[] {
  const result: [number, number][] = [];
  for (const [start, end] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const last = result.at(-1);
    if (last !== undefined && start <= last[1]) last[1] = Math.max(last[1], end);
    else result.push([start, end]);
  }
  return result;
}
