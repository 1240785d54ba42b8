import { expect, test } from 'vitest';

import { printable } from './printable.ts';

test.each([
  ['what Deployer colours stays', '\u001B[1mbold\u001B[22m \u001B[38;5;8mgrey\u001B[39m', null],
  ['lines and tabs stay', 'one\n\ttwo', null],
  ['a title', 'ok\u001B]0;title\u0007', 'ok\\u001b]0;title\\u0007'],
  ['a cleared screen', '\u001B[2J\u001B[1A', '\\u001b[2J\\u001b[1A'],
  ['concealed text', 'deployer\u001B[8m (claimed)', 'deployer\\u001b[8m (claimed)'],
  ['a line written over', 'bad\rgood', 'bad\\u000dgood'],
  ['C1 controls', '\u009B31m', '\\u009b31m'],
  ['turned order', 'gnp\u202Eexe', 'gnp\\u202eexe'],
])('%s: %j', (_, text, shown) => {
  expect(printable(text)).toBe(shown ?? text);
});

test('JSON that was made printable says the same', () => {
  const value = { reason: 'a\u202Eb\u0085c\u001B[31md\n' };
  expect(JSON.parse(printable(JSON.stringify(value)))).toEqual(value);
});
