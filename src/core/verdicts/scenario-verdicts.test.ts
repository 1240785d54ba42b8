import { expect, test } from 'vitest';

import { type ScenarioResult, scenarioVerdicts, type Signing } from './scenario-verdicts.ts';

const scenarios = ['answers a refund', 'refuses an injection', 'says goodbye'];

test.each<[string, Signing['verdict'], Signing['given'], readonly ScenarioResult[]]>([
  ['a pass that names none is one of all', 'pass', {}, ['pass', 'pass', 'pass']],
  [
    'a pass may name each',
    'pass',
    { 1: 'pass', 2: 'pass', 'says goodbye': 'pass' },
    ['pass', 'pass', 'pass'],
  ],
  ['a fail that names none is one of all', 'fail', {}, ['fail', 'fail', 'fail']],
  ['a fail says what did pass', 'fail', { 2: 'fail', 'answers a refund': 'pass' }, ['pass', 'fail', 'fail']],
  [
    'one named twice has failed if it did once',
    'fail',
    { 1: 'pass', 'answers a refund': 'fail', 2: 'pass' },
    ['fail', 'pass', 'fail'],
  ],
])('%s', (_, verdict, given, expected) => {
  expect(scenarioVerdicts(scenarios, { verdict, given }).map((each) => each.verdict)).toEqual(expected);
});

test.each<[string, Signing['given'], RegExp, RegExp]>([
  ['the second is not named', { 1: 'pass', 3: 'pass' }, /about scenario 2 of 3/, /Add --scenario 2=pass,/],
  [
    'only one is named',
    { 'refuses an injection': 'pass' },
    /scenario 1, 3 of 3/,
    /--scenario 1=pass --scenario 3=pass/,
  ],
  ['one of them failed', { 1: 'pass', 2: 'fail' }, /"refuses an injection"/, /deployer uat fail/],
  [
    'one failed by one of its names',
    { 1: 'pass', 'answers a refund': 'fail' },
    /"answers a refund"/,
    /uat fail/,
  ],
  ['one is not there', { 4: 'pass' }, /no scenario 4; there are 3/, /1: answers a refund; 2: refuses/],
])('a UAT does not pass when %s', (_, given, message, hint) => {
  expect(() => scenarioVerdicts(scenarios, { verdict: 'pass', given })).toThrow(
    expect.objectContaining({
      code: 'usage',
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    }),
  );
});

test('a UAT without scenarios is signed whole', () => {
  expect(scenarioVerdicts([], { verdict: 'pass', given: {} })).toEqual([]);
  expect(() => scenarioVerdicts([], { verdict: 'pass', given: { 1: 'pass' } })).toThrow(/no scenario 1/);
});
