import { expect, test } from 'vitest';

import { queryCount } from './parse.ts';

test('a count is the number that is written, and null when there is none', () => {
  expect(queryCount({ tail: '50' }, 'tail')).toBe(50);
  expect(queryCount({ tail: '0' }, 'tail')).toBe(0);
  expect(queryCount({}, 'tail')).toBeNull();
});

test.each(['abc', '5x', '-1', '1.5', '', '1e3', '10000000'])(
  '"%s" is no count; the field is named',
  (tail) => {
    expect(() => queryCount({ tail }, 'tail')).toThrow(
      expect.objectContaining({ code: 'request_invalid', path: 'tail' }),
    );
  },
);
