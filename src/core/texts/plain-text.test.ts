import { expect, test } from 'vitest';

import { isPlain } from './plain-text.ts';

test.each(['a fair', 'Größe, 大きさ, حجم', '🎫 <b>&amp;', ''])('%j is plain', (text) => {
  expect(isPlain(text)).toBe(true);
});

test.each([
  '\u001B[8m',
  'two\nlines',
  'back\b',
  'bell\u0007',
  '\u009B31m',
  'gnp\u202Eexe',
  '\u2066x\u2069',
  '\0',
])('%j is not', (text) => {
  expect(isPlain(text)).toBe(false);
});
