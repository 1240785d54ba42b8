import { expect, test } from 'vitest';

import { messageOf, stackOf } from './message-of.ts';

test.each([
  ['an error', new TypeError('no such thing'), 'no such thing'],
  ['a text', 'stopped', 'stopped'],
  ['nothing', undefined, 'undefined'],
])('whatever is thrown has a message: %s', (_, thrown, message) => {
  expect(messageOf(thrown)).toBe(message);
});

test('where an error was thrown is told when it is known, and its message in any case', () => {
  expect(stackOf(new Error('here'))).toMatch(/^Error: here\n\s+at /);
  expect(stackOf(Object.assign(new Error('bare'), { stack: undefined }))).toBe('bare');
  expect(stackOf('stopped')).toBe('stopped');
});
