import { expect, test } from 'vitest';

import { withAnswer, withoutAnswer } from './edit-answers.ts';
import { readAnswers } from './read-answers.ts';

const ids = ['rollback.watch', 'rollback.keep', 'integration.owners'];

function places(text: string): readonly string[] {
  return readAnswers(text, ids).problems.map(
    ({ file, line, column, severity, message, hint }) =>
      `${file}:${line}:${column} ${severity} ${message} ${hint}`,
  );
}

test('who and when may be left out, and so may all but the answer itself', () => {
  const text = `answers:
  rollback.watch: { answer: 60s, by: ann@example.com, at: 2026-11-30T17:00:00Z }
  rollback.keep:
    answer: 1h
  integration.owners: [ann@example.com]
`;
  const { answers, problems } = readAnswers(text, ids);
  expect(problems).toEqual([]);
  expect([...answers]).toEqual([
    ['rollback.watch', { answer: '60s', by: 'ann@example.com', at: '2026-11-30T17:00:00Z' }],
    ['rollback.keep', { answer: '1h', by: null, at: null }],
    ['integration.owners', { answer: ['ann@example.com'], by: null, at: null }],
  ]);
});

test.each([
  ['', []],
  ['# nothing yet\n', []],
  ['answers:\n', []],
  ['answers: {}\n', []],
  ['[1, 2]', ['deployment/answers.yaml:1:1 error The file holds no answers.']],
  ['answers: 5', ['deployment/answers.yaml:1:10 error `answers` must be a mapping.']],
  ['anwsers: {}', ['deployment/answers.yaml:1:1 error There is no key `anwsers` at the top level.']],
  [
    'answers:\n  rollback.wtach: { answer: 60s }',
    [
      'deployment/answers.yaml:2:3 warning No question has the id `rollback.wtach`; the answer is kept. Did you mean `rollback.watch`?',
    ],
  ],
  [
    'answers:\n  rollback.watch: { answer: 60s, at: yesterday, who: me }',
    [
      'deployment/answers.yaml:2:34 warning `at` is not a time.',
      'deployment/answers.yaml:2:49 warning There is no key `who` in an answer.',
    ],
  ],
  [
    'answers:\n  rollback.watch: { answer: 60s\n',
    ['deployment/answers.yaml:3:1 error This is not valid YAML'],
  ],
  [
    'answers:\n  rollback.watch: 1\n  rollback.watch: 2\n',
    ['deployment/answers.yaml:3:3 error `rollback.watch` is written twice'],
  ],
])('what is wrong with the file is said with its place: %j', (text, problems) => {
  const found = places(text);
  expect(found).toHaveLength(problems.length);
  for (const [index, problem] of problems.entries()) expect(found[index]).toContain(problem);
});

test('what was answered before the place where the file is broken counts', () => {
  const { answers, problems } = readAnswers('answers:\n  rollback.watch: 60s\n  rollback.keep: "1h\n', ids);
  expect(problems[0]?.severity).toBe('error');
  expect([...answers.keys()]).toContain('rollback.watch');
});

test('a file that is too large is said to be, and read no further', () => {
  const { answers, problems } = readAnswers(`answers:\n  a.b: ${'x'.repeat(9 * 1024 * 1024)}\n`, ids);
  expect(answers.size).toBe(0);
  expect(problems[0]?.message).toContain('larger than 8 MiB');
});

const entry = { id: 'rollback.watch', by: 'ann@example.com', at: '2026-11-30T17:00:00.000Z' };

test('an answer is added, replaced and taken back where it stands, comments and order kept', () => {
  const text = `# ours
answers:
  # asked in the first meeting
  rollback.watch:
    answer: 60s # for now
    by: ben@example.com
  unknown.id: kept
`;
  const replaced = withAnswer(text, { ...entry, answer: '5m' }) ?? '';
  expect(replaced).toBe(`# ours
answers:
  # asked in the first meeting
  rollback.watch:
    answer: 5m # for now
    by: ann@example.com
    at: 2026-11-30T17:00:00.000Z
  unknown.id: kept
`);
  expect(withoutAnswer(replaced, 'rollback.watch')).toContain('unknown.id: kept');
  expect(withoutAnswer(text, 'rollback.keep')).toBe(text);
  expect(withoutAnswer('', 'rollback.keep')).toBe('');
});

test('a new file says what it is for', () => {
  expect(withAnswer('', { ...entry, answer: '60s' }))
    .toBe(`# Answers to the questions of Deployer. \`deployer questions\` lists what is open, \`deployer answer\` writes here.
# Edit them as you like: comments and order stay, and \`by\` and \`at\` may be left out.
answers:
  rollback.watch:
    answer: 60s
    by: ann@example.com
    at: 2026-11-30T17:00:00.000Z
`);
});

test('a broken file is not edited', () => {
  expect(withAnswer('answers: {', { ...entry, answer: '60s' })).toBeNull();
  expect(withoutAnswer('answers: {', 'rollback.watch')).toBeNull();
});
