import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { unifiedDiff } from './unified-diff.ts';

function shown(before: string, after: string, context?: number): readonly string[] {
  return unifiedDiff(before, after, context).map(({ kind, text }) => kind + text);
}

test('equal texts have no difference, whatever their line ends', () => {
  expect(shown('a\nb\n', 'a\nb\n')).toEqual([]);
  expect(shown('a\r\nb\r\n', 'a\nb\n')).toEqual([]);
});

test('changes stand among the lines around them, far ones in parts of their own', () => {
  const before = 'a\nb\nc\nd\ne\nf\ng\nh\n';
  expect(shown(before, 'a\nB\nc\nd\ne\nf\ng\nh\ni\n', 1)).toEqual([
    '@-1,3 +1,3',
    ' a',
    '-b',
    '+B',
    ' c',
    '@-8,1 +8,2',
    ' h',
    '+i',
  ]);
});

test('a file that is new is added whole', () => {
  expect(shown('', 'a\nb\n')).toEqual(['@-1,0 +1,2', '+a', '+b']);
});

test('what a difference leaves and adds is what the two texts hold', () => {
  const text = fc
    .array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 12 })
    .map((lines) => lines.map((line) => `${line}\n`).join(''));
  fc.assert(
    fc.property(text, text, (before, after) => {
      const lines = unifiedDiff(before, after, 100).filter(({ kind }) => kind !== '@');
      if (before === after) return;
      const side = (leave: string): string =>
        lines
          .filter(({ kind }) => kind !== leave)
          .map((line) => `${line.text}\n`)
          .join('');
      expect(side('+')).toBe(before);
      expect(side('-')).toBe(after);
    }),
  );
});

test('texts of thousands of lines that share nothing are compared in bounded time', () => {
  const lines = (prefix: string): string =>
    Array.from({ length: 5000 }, (_, index) => `${prefix}${index}\n`).join('');
  expect(unifiedDiff(lines('a'), lines('b'))).toHaveLength(10_001);
});
