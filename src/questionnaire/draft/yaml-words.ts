import { stringify } from 'yaml';

import { flowYaml } from '../../spec/flow-yaml.ts';

const manyLines = /[\p{Cc}\u2028\u2029]/u;

/** A value that stands by itself after its key, on one line. */
export function blockValue(value: string | number | boolean | readonly string[]): string {
  if (typeof value !== 'string') return flowValue(value);
  return manyLines.test(value) ? JSON.stringify(value) : stringify(value, { lineWidth: 0 }).trimEnd();
}

/** A value among others between brackets, on one line. */
export function flowValue(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flowValue).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const pairs = Object.entries(value).map(([key, item]) => `${flowValue(key)}: ${flowValue(item)}`);
    return `{ ${pairs.join(', ')} }`;
  }
  return typeof value === 'string' && manyLines.test(value) ? JSON.stringify(value) : flowYaml(value);
}

/** Whatever stands in a comment is one line, and reads from left to right. */
export function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ').trim();
}

/** A sentence as lines of comment that are no wider than that. */
export function comment(
  text: string,
  { indent, width }: { readonly indent: string; readonly width: number },
): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of oneLine(text).split(' ')) {
    if (line !== '' && indent.length + line.length + word.length + 3 > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].map((each) => `${indent}# ${each}`.trimEnd());
}
