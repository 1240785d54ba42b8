import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { shownText, shownThroughout } from './shown-text.ts';

test.each([
  ['two\r\n\tlines\u2028and  blanks', 'two lines and blanks'],
  ['a\u0000b', 'a⟨U+0000⟩b'],
  ['abc\u202Edcb', 'abc⟨U+202E⟩dcb'],
  ['zero\u200Bwidth', 'zero⟨U+200B⟩width'],
  ['👩\u200D👧 stays one', '👩\u200D👧 stays one'],
  ['half \uD83D', 'half \uFFFD'],
])('%j is shown as %j', (text, shown) => {
  expect(shownText(text)).toBe(shown);
});

test('what is shown is one line of bearable length that a database and a digest take, and showing it again changes nothing', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 3000 }), (text) => {
      const shown = shownText(text);
      expect(shown.isWellFormed()).toBe(true);
      expect(shown).not.toMatch(/[\n\r\0\u2028\u2029]/);
      expect(shown.length).toBeLessThanOrEqual(2000);
      expect(shownText(shown)).toBe(shown);
    }),
  );
});

test.each(['x'.repeat(5000), '\u200B'.repeat(1500), '👩'.repeat(1200)])(
  'what is cut says how long it was, also when it is shown again',
  (text) => {
    const shown = shownText(text);
    expect(shown).toMatch(new RegExp(`… \\(${text.length} characters\\)$`));
    expect(shownText(shown)).toBe(shown);
  },
);

test('every text of a value is shown so, at any depth, and nothing else is touched', () => {
  expect(shownThroughout({ a: ['x\ny', 1, null, { b: true, c: 'z\u0007' }] })).toEqual({
    a: ['x y', 1, null, { b: true, c: 'z⟨U+0007⟩' }],
  });
});
