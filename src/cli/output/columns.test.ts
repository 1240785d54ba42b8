import { expect, test } from 'vitest';

import { clip, columns, widthOf, wrap } from './columns.ts';
import { styleOf } from './style.ts';

test('columns align by what a terminal shows, not by how many characters stand there', () => {
  const style = styleOf(true);
  const lines = columns([
    ['🎫', 'one', style.dim('x')],
    [style.bold('abc'), 'three', 'y'],
    ['漢字', '', ''],
  ]);
  expect(lines.map(widthOf)).toEqual([16, 16, 6]);
  expect(lines[2]).toBe('  漢字');
});

test('a text is clipped to a width, never inside a letter', () => {
  expect(clip('short', 5)).toBe('short');
  expect(clip('much too long', 8)).toBe('much to…');
  expect(clip('🎫🎫🎫', 5)).toBe('🎫🎫…');
});

test('a text is broken at its blanks only', () => {
  expect(wrap('one two three', 7)).toEqual(['one two', 'three']);
  expect(wrap('unbreakable', 4)).toEqual(['unbreakable']);
  expect(wrap('', 4)).toEqual(['']);
});
