import { expect, test } from 'vitest';

import { rejectRequest } from '../api/requests.ts';
import { parse, queryCount } from './parse.ts';

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

test.each(['', '   ', 'two\nlines', '\u001B[2J', 'gnp\u202Eexe', 'x'.repeat(4001)])(
  'a reason that nobody could read is refused, and it is not the version that is blamed: %j',
  (reason) => {
    expect(() => parse(rejectRequest, { reason })).toThrow(
      expect.objectContaining({ path: 'reason', hint: 'Mend what it names, and type the command again.' }),
    );
  },
);

test('a request of another shape is that of another version', () => {
  expect(() => parse(rejectRequest, { why: 'no' })).toThrow(
    expect.objectContaining({ hint: expect.stringContaining('same version as the server') }),
  );
});
