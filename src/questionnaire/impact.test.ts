import { expect, test } from 'vitest';

import { exampleSpec } from '../../test/questionnaire/example-spec.ts';
import { impactOf } from './impact.ts';
import { settleTexts } from '../../test/questionnaire/settle-texts.ts';
import { builtInQuestions } from './questions/all.ts';

test('what changes the last environment is asked before other keys of deployer.yaml, and those before mere text', () => {
  const { settled } = settleTexts({ spec: exampleSpec, answers: null, questions: null });
  const kinds = settled.open.map(({ id }) => {
    const question = builtInQuestions.find((each) => each.id === id);
    return question === undefined ? 'none' : impactOf(question, builtInQuestions).kind;
  });
  const order = ['users', 'definition', 'document'];
  expect(kinds).toEqual([...kinds].sort((a, b) => order.indexOf(a) - order.indexOf(b)));
  expect(new Set(kinds)).toEqual(new Set(order));
  expect(settled.open[0]?.id).toMatch(/^rollback\.watch/);
});

test('among equals, an answer that was begun goes first', () => {
  const answers = 'answers: { launch.decides: tbd, integration.purpose: a }';
  const { settled } = settleTexts({ spec: exampleSpec, answers, questions: null });
  const texts = settled.open.filter(({ id }) => /^(integration\.purpose|infrastructure\.existing)$/.test(id));
  expect(texts.map(({ id }) => id)).toEqual(['integration.purpose', 'infrastructure.existing']);
});
