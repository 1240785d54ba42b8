import { expect, test } from 'vitest';

import { questionKey } from './notification.ts';

test('a question that is asked again is told again, and one that stands is told once', () => {
  const asked = { index: 4, kind: 'undecided', since: '2026-11-30T12:00:00.000Z' };
  expect(questionKey({ ...asked })).toBe(questionKey(asked));
  expect(questionKey({ ...asked, since: '2026-11-30T12:00:01.000Z' })).not.toBe(questionKey(asked));
  expect(questionKey({ ...asked, index: 5 })).not.toBe(questionKey(asked));
});
