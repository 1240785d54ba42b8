import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { judgeAnswer } from './judge-answer.ts';
import type { AnswerValue, Question } from './question.ts';
import { builtInQuestions } from './questions/all.ts';

function question(id: string): Question {
  const found = builtInQuestions.find((each) => each.id === id);
  if (found === undefined) throw new Error(`no question ${id}`);
  return found;
}

const purpose = question('integration.purpose');

test.each([
  ['a', 'it is a single letter'],
  ['B', 'it is a single letter'],
  ['aaaa', 'it is one letter again and again'],
  ['', 'it is empty'],
  ['   \t\n ', 'it is empty'],
  ['?', 'there is no word in it'],
  ['...', 'there is no word in it'],
  ['-', 'there is no word in it'],
  ['🤷', 'there is no word in it'],
  ['42', 'it is only a number'],
  ['tbd', 'it says nothing that could be acted upon'],
  ['TBD.', 'it says nothing that could be acted upon'],
  ['ＴＢＤ', 'it says nothing that could be acted upon'],
  ['To be decided!', 'it says nothing that could be acted upon'],
  ["I don't know", 'it says nothing that could be acted upon'],
  ['n/a', 'it says nothing that could be acted upon'],
  ['whatever', 'it says nothing that could be acted upon'],
  ['yes', 'it says nothing that could be acted upon'],
  ['lorem ipsum', 'it says nothing that could be acted upon'],
  ['What does the integration do, and for whom', 'it only repeats the question'],
  ['integration.purpose', 'it only repeats the question'],
  ['x'.repeat(1024 * 1024), 'it has 1048576 characters, and nobody reads more than 2000'],
  ['It answers \u202Eeverybody', 'there are characters in it that are not shown'],
  ['It answers \u0000 everybody', 'there are characters in it that are not shown'],
  [null, 'it is empty'],
  [{ a: 1 }, 'it is a mapping, where a plain value is asked for'],
  [['one', 'two'], 'it is a list, and one is asked for'],
] as const)('a vague answer settles nothing, and it is said why: %j', (given, lacks) => {
  expect(judgeAnswer(purpose, given)).toEqual({ kind: 'lacks', lacks });
});

test.each([
  ['pipeline.ci', 'bamboo', 'there is no choice "bamboo"'],
  ['pipeline.ci', 'github-action', 'did you mean "github-actions"'],
  ['environments.replicas', 'two', 'it is not a number'],
  ['environments.replicas', '0', 'it is below 1'],
  ['environments.replicas', '1000', 'it is above 100'],
  ['environments.replicas', '1.5', 'it is not a whole number'],
  ['environments.replicas', '3ms', '"ms" is not what it is measured in'],
  ['environments.replicas', 'NaN', 'it is not a number'],
  ['environments.replicas', '1e999', 'it is not a number'],
  ['rollback.watch-errors', '2', 'it is above 1; 2% would be a share'],
  ['rollback.watch-errors', '200%', 'it is above 1'],
  ['rollback.watch', '60', 'it has no unit: 60s, 60m, 60h or 60d?'],
  ['rollback.watch', 'soon', 'it is not a time such as'],
  ['rollback.watch', '3 fortnights', '"fortnights" is no unit of time'],
  ['rollback.watch', '0s', 'it is shorter than 1s'],
  ['rollback.watch', '900d', 'it is longer than 1d'],
  ['integration.owners', 'ops', '"ops" is no address that could be written to'],
  ['integration.owners', 'everybody', 'is no address'],
  ['integration.owners', 'ann@example.com, ben', '"ben" is no address'],
  ['integration.owners', '', 'it names nothing'],
  ['integration.owners', '@example.com', 'is no address'],
  ['security.data', 'personal, secret', 'there is no choice "secret"'],
  ['security.data', 'none', 'it names nothing'],
  ['security.frameworks', 'none, hipaa', 'there is no choice "none"'],
  ['rollback.notify', 'http://hooks.example.com', 'it is not a whole https address'],
  ['configuration.model', 'gpt', 'it is not a provider and a model'],
  ['environments.memory', '512', 'it is no amount of memory with its unit'],
  ['infrastructure.budget', '300', 'it is no amount with its currency'],
  ['checklist.documentation', '../secrets', 'it names no file of the repository'],
  ['pipeline.scenarios', 'tbd', 'it says nothing that could be acted upon'],
] as const)('%s takes no %j: %s', (id, given, lacks) => {
  const judgement = judgeAnswer(question(id), given);
  expect(judgement.kind === 'lacks' ? judgement.lacks : judgement).toContain(lacks);
});

test.each<readonly [string, unknown, AnswerValue]>([
  ['pipeline.ci', 'GitHub Actions', 'github-actions'],
  ['pipeline.ci', ' NONE ', 'none'],
  ['rollback.rehearsal', true, 'yes'],
  ['environments.replicas', '3', 3],
  ['environments.replicas', 3, 3],
  ['rollback.watch-errors', '2%', 0.02],
  ['rollback.watch-errors', 0.02, 0.02],
  ['rollback.watch-p95', '400ms', 400],
  ['rollback.watch-p95', '0.4s', 400],
  ['rollback.watch', '15 min', '15m'],
  ['rollback.watch', '90 seconds', '90s'],
  ['rollback.watch', '60s', '1m'],
  ['configuration.rotation', '90 days', '90d'],
  ['integration.owners', 'ann@example.com, ben@example.com', ['ann@example.com', 'ben@example.com']],
  ['integration.owners', 'Ann <ann@example.com>; ann@example.com', ['ann@example.com']],
  ['integration.owners', ['ann@example.com'], ['ann@example.com']],
  ['security.data', 'personal health', ['personal', 'health']],
  ['security.frameworks', 'none', []],
  ['security.frameworks', [], []],
  ['pipeline.scenarios', 'answers a refund; refuses, politely', ['answers a refund', 'refuses, politely']],
  ['checklist.documentation', 'docs/**/*.{md,txt}, README.md', ['docs/**/*.{md,txt}', 'README.md']],
  ['pipeline.branch', 'test', 'test'],
  ['integration.purpose', 'It answers\n  tickets.', 'It answers tickets.'],
])('%s takes %j', (id, given, value) => {
  expect(judgeAnswer(question(id), given)).toEqual({ kind: 'settles', value });
});

test('whatever is given, it settles or lacks, and what settles does so again in the same way', () => {
  const anything = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.anything(),
    fc.constantFrom('${x}', '{{x}}', '<script>', '[a](b)', '# x', '{answer}', '`a`', 'x@y', '5%', '15m'),
  );
  fc.assert(
    fc.property(fc.constantFrom(...builtInQuestions), anything, (each, given) => {
      const judgement = judgeAnswer(each, given);
      if (judgement.kind === 'lacks') expect(judgement.lacks).not.toBe('');
      else expect(judgeAnswer(each, judgement.value)).toEqual(judgement);
    }),
    { numRuns: 2000 },
  );
});
