import { expect, test } from 'vitest';

import { clip } from './width.ts';

test('a text is clipped to a width, never inside a letter', () => {
  expect(clip('short', 5)).toBe('short');
  expect(clip('much too long', 8)).toBe('much to…');
  expect(clip('🎫🎫🎫', 5)).toBe('🎫🎫…');
});
