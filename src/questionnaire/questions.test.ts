import { expect, test } from 'vitest';

import { sections } from '../core/document/statement.ts';
import { contradictable } from './contradictions.ts';
import { judgeAnswer } from './judge-answer.ts';
import type { Question } from './question.ts';
import { questionFaults } from './question-faults.ts';
import { ownQuestion } from './question-schema.ts';
import { builtInQuestions } from './questions/all.ts';
import { editsFor } from './spec-setting.ts';
import { environmentNames } from './environment-names.ts';

test("the questions are data: what is written out and read back is the same, and of the form of a file of one's own", () => {
  const copy: unknown[] = JSON.parse(JSON.stringify(builtInQuestions));
  expect(copy).toEqual(builtInQuestions);
  for (const question of builtInQuestions) expect(ownQuestion.safeParse(question).data).toEqual(question);
});

test("each question is right by the rules that questions of one's own have to keep", () => {
  const faults = builtInQuestions.flatMap((question, index) =>
    questionFaults(question, builtInQuestions.slice(0, index)),
  );
  expect(faults).toEqual([]);
});

test('every section of the document has questions, in the order of the document', () => {
  const order = builtInQuestions.map(({ section }) => sections.findIndex(({ id }) => id === section));
  expect(order).toEqual([...order].sort((a, b) => a - b));
  expect(new Set(order).size).toBe(sections.length);
});

test.for(builtInQuestions)('$id says why it is asked, and changes something', (question) => {
  expect(question.ask).toMatch(/\?$/);
  expect(question.again).toMatch(/\?$/);
  expect(question.again).not.toBe(question.ask);
  expect(question.why).toMatch(/\.$/);
  expect(question.settles.statements).not.toEqual([]);
  const { value, meanwhile } = question.default;
  if (value === null) expect(meanwhile).toMatch(/\.$/);
  else expect(judgeAnswer(question, value)).toEqual({ kind: 'settles', value });
});

test.for(builtInQuestions.filter(({ settles }) => settles.spec !== undefined))(
  'what is assumed of $id is what holds when deployer.yaml says nothing',
  (question) => {
    const { value } = question.default;
    if (value === null) return;
    const names = environmentNames(['dev', 'staging', 'production'], question.environment);
    expect(editsFor({ question, names, spec: { at: () => undefined } }, value)).toEqual([]);
  },
);

test('what contradicts each other are questions that there are', () => {
  const ids = builtInQuestions.map(({ id }: Question) => id);
  expect(contradictable().filter((id) => !ids.includes(id))).toEqual([]);
});

test('a cloud says which load balancer, database and monitoring it brings, and what speaks for it', () => {
  const cloud = builtInQuestions.find(({ id }) => id === 'infrastructure.cloud');
  const facts = ['load balancer', 'database', 'monitoring', 'cost', 'existing infrastructure', 'compliance'];
  for (const option of cloud?.options ?? []) expect(Object.keys(option.facts ?? {})).toEqual(facts);
});
