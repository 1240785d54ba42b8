import { expect, test } from 'vitest';

import { standing } from '../pipeline/run.ts';
import { unknownIntegration } from './unknown-integration.ts';
import { unknownRun } from './unknown-run.ts';

test.each([
  ['2', ['echo-12', 'echo-2'], 'Did you mean echo-2?   (deployer runs)'],
  ['7', ['echo-2'], 'deployer runs'],
  ['ecoh-2', ['echo-3', 'echo-2'], 'Did you mean echo-2?   (deployer runs)'],
  ['desk', ['echo-3'], 'deployer runs'],
])('of run %s, where there are %j: %s', (name, known, hint) => {
  expect(unknownRun(name, known)).toMatchObject({ code: 'run_not_found', hint });
});

test.each([
  ['ecoh', ['desk', 'echo'], 'Did you mean echo? Integrations: desk, echo.'],
  ['nope', ['desk', 'echo'], 'Integrations: desk, echo.'],
  ['nope', [], 'deployer ship'],
])('of integration %s, where there are %j: %s', (key, known, hint) => {
  expect(unknownIntegration(key, known)).toMatchObject({ code: 'integration_not_found', hint });
});

test.each([
  ['succeeded', 'has succeeded'],
  ['cancelled', 'was cancelled'],
  ['running', 'is running'],
] as const)('a run that is %s %s', (state, says) => {
  expect(standing(state)).toBe(says);
});
