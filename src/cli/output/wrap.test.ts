import { expect, test } from 'vitest';

import { styleOf } from './style.ts';
import { hanging, wrap, wrapLines } from './wrap.ts';

test('a text is broken at its blanks only', () => {
  expect(wrap('one two three', 7)).toEqual(['one two', 'three']);
  expect(wrap('unbreakable', 4)).toEqual(['unbreakable']);
  expect(wrap('', 4)).toEqual(['']);
});

test('blanks within a line stay as many as they are', () => {
  expect(wrap('one  two   three', 8)).toEqual(['one  two', 'three']);
});

test('a colour ends with its line and goes on in the next', () => {
  const style = styleOf(true);
  expect(wrap(`${style.dim('one two')} three ${style.bad('four five')}`, 9)).toEqual([
    '\u001B[2mone two\u001B[22m',
    'three',
    '\u001B[31mfour five\u001B[39m',
  ]);
  expect(wrap(style.dim('one two'), 4)).toEqual(['\u001B[2mone\u001B[0m', '\u001B[2mtwo\u001B[22m']);
});

test('a text goes on under where it began, with room for words however narrow the terminal is', () => {
  expect(hanging('  ! dev  ', 'the edge does not run; it is being started', 34)).toEqual([
    '  ! dev  the edge does not run; it',
    '         is being started',
  ]);
  expect(hanging(' '.repeat(30), 'a reason of some length', 20)).toEqual([
    `${' '.repeat(30)}a reason of some length`,
  ]);
});

test.each([
  [
    'a sentence after its sign',
    '✗ A tracked file is modified here.',
    '✗ A tracked file is modified\n  here.',
  ],
  ['a line without one', '  since 11:50 until 21 Dec 11:50', '  since 11:50 until 21 Dec\n  11:50'],
  ['a hint', '  → Ask one of them: ops, boss.', '  → Ask one of them: ops,\n    boss.'],
  ['a command, to be copied whole', '  → deployer approve desk-7 --yes', '  → deployer approve desk-7 --yes'],
  ['what a program wrote', '  │ at run (/home/ann/deployer.ts:1)', '  │ at run (/home/ann/deployer.ts:1)'],
])('on a narrow terminal: %s', (_, text, expected) => {
  expect(wrapLines(text, 28)).toBe(expected);
});

test('a sign or a command in colours is one all the same', () => {
  const style = styleOf(true);
  const command = `  ${style.dim('→')} ${style.command('deployer approve desk-7 --yes')}`;
  expect(wrapLines(command, 28)).toBe(command);
  expect(wrapLines(`${style.bad('✗')} A tracked file is modified today.`, 28)).toBe(
    `${style.bad('✗')} A tracked file is modified\n  today.`,
  );
});
