import { expect, test } from 'vitest';

import type { Problem } from '../../core/definition/problem.ts';
import { problemCount, problemText } from './problem-text.ts';
import { styleOf } from './style.ts';

const problem: Problem = {
  file: 'deployer.yaml',
  line: 2,
  column: 9,
  path: 'components.agent.role',
  message: '`role` must be one of agent, tools.',
  hint: 'Did you mean `agent`?',
  severity: 'error',
};

test('a problem points at the word in its line', () => {
  expect(problemText(problem, 'components:\n  role: agnet # typo\n', styleOf(false))).toBe(
    [
      'deployer.yaml:2:9  ✗ error  `role` must be one of agent, tools.',
      '  2 │   role: agnet # typo',
      '    │         ^^^^^',
      '  → Did you mean `agent`?',
    ].join('\n'),
  );
});

test('a problem at a place that the file does not have is still shown', () => {
  const text = problemText({ ...problem, line: 40, column: 7 }, 'deployer: 1\n', styleOf(false));
  expect(text).toContain('deployer.yaml:40:7');
});

test('tabs before the word stay tabs, so that the mark stands below it', () => {
  const text = problemText({ ...problem, column: 2 }, '\n\trole: x', styleOf(false));
  expect(text.split('\n')[2]).toBe('    │ \t^^^^');
});

test('errors and warnings are counted apart', () => {
  const warning: Problem = { ...problem, severity: 'warning' };
  expect(problemCount([problem])).toBe('1 error');
  expect(problemCount([problem, problem, warning])).toBe('2 errors, 1 warning');
});
