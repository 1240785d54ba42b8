import { expect, test } from 'vitest';

import { lackOf } from '../../questionnaire/interview.ts';
import type { Question } from '../../questionnaire/question.ts';
import { builtInQuestions } from '../../questionnaire/questions/all.ts';
import { choicesOf, later, type Said, saidBy } from './said.ts';

function question(id: string): Question {
  const found = builtInQuestions.find((each) => each.id === id);
  if (found === undefined) throw new Error(`no question ${id}`);
  return found;
}

test.each<[answer: string | readonly string[], said: Said]>([
  ['', { kind: 'passed' }],
  ['-', { kind: 'passed' }],
  [later, { kind: 'passed' }],
  [[], { kind: 'passed' }],
  ['90s', { kind: 'answered', answer: '90s' }],
  [['gdpr'], { kind: 'answered', answer: ['gdpr'] }],
])('%j is %j', (answer, said) => {
  expect(saidBy(answer)).toEqual(said);
});

test('that no framework applies can be chosen, settles the question, and goes with nothing else', () => {
  const frameworks = question('security.frameworks');
  const last = choicesOf(frameworks).at(-1);
  expect(last?.label).toBe('none');
  const said = saidBy([last?.value ?? '']);
  expect(said).toEqual({ kind: 'answered', answer: 'none' });
  expect(lackOf(frameworks, 'none')).toBeNull();
  const both = saidBy(['gdpr', last?.value ?? '']);
  expect(both.kind === 'answered' ? lackOf(frameworks, both.answer) : null).toMatch(/no choice "none"/);
});

test('where something has to be chosen there is no entry for none', () => {
  expect(choicesOf(question('security.data')).map(({ label }) => label)).not.toContain('none');
});
