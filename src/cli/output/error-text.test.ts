import { expect, test } from 'vitest';

import { DeployerError } from '../../errors.ts';
import { bugText, errorText } from './error-text.ts';
import { styleOf } from './style.ts';

const plain = styleOf(false);

test('an error says what is wrong, what helps to see why, where, and what to type next', () => {
  const error = new DeployerError('tree_dirty', {
    message: 'A tracked file is modified.',
    hint: 'git commit -a',
    detail: ['src/main.ts', 'README.md'],
    path: 'commit',
  });
  expect(errorText(error, plain)).toBe(
    [
      '✗ A tracked file is modified.',
      '  │ src/main.ts',
      '  │ README.md',
      '  at commit',
      '  → git commit -a',
    ].join('\n'),
  );
});

test('a bug shows its stack without the folder of the user, and asks for a report', () => {
  const error = new Error('boom', { cause: new Error('spark') });
  error.stack = 'Error: boom\n    at run (/home/ann/deployer/src/x.ts:1:1)';
  const text = bugText(error, { userHome: '/home/ann', version: '1.2.3' }, plain);
  expect(text).not.toContain('/home/ann');
  expect(text).toContain('at run (~/deployer/src/x.ts:1:1)');
  expect(text).toContain('caused by Error: spark');
  expect(text).toContain('deployer 1.2.3, Node ');
  expect(text.split('\n').at(-1)).toMatch(/Please report it/);
});
