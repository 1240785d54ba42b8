import { expect, test } from 'vitest';

import { cellAt } from '../src/core/checklist/cells.ts';
import { checklistItems } from '../src/core/checklist/checklist.ts';
import { builtInQuestions } from '../src/questionnaire/questions/all.ts';
import { cellFacts } from './harness/cell-facts.ts';

test('each question that a cell says to answer is one that is asked', () => {
  const asked = new Set(builtInQuestions.map(({ id }) => id));
  const named = checklistItems.flatMap(({ id }) => {
    const [, question] = /^deployer answer (\S+)/.exec(cellAt(id, cellFacts()).next ?? '') ?? [];
    return question === undefined ? [] : [question];
  });
  expect(named.length).toBeGreaterThan(2);
  expect(named.filter((question) => !asked.has(question))).toEqual([]);
});
