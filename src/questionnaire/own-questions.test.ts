import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

import { exampleSpec } from '../../test/questionnaire/example-spec.ts';
import { plainWords } from '../core/document/words.ts';
import { readOwnQuestions } from './own-questions.ts';
import { settleTexts } from '../../test/questionnaire/settle-texts.ts';
import { builtInQuestions } from './questions/all.ts';

const own = `questions:
  # Finance asks for it.
  - id: acme.cost-centre
    section: infrastructure
    ask: Which cost centre pays?
    why: Finance books by it.
    kind: text
    settles:
      statements:
        - says: Cost centre {answer} pays.
  - id: acme.cost-centre-owner
    section: infrastructure
    ask: Who owns the cost centre?
    why: Somebody signs.
    kind: people
    applies: { question: acme.cost-centre, is: ['*'] }
    settles: { statements: [{ says: '{answer} owns it.' }] }
`;

test("questions of one's own are asked beside the others, and say what they settle", () => {
  const { settled, problems } = settleTexts({
    spec: exampleSpec,
    answers: 'answers: { acme.cost-centre: CC 4711 }',
    questions: own,
  });
  expect(problems).toEqual([]);
  const statement = settled.statements.find(({ id }) => id === 'acme.cost-centre');
  expect(plainWords(statement?.text ?? [])).toBe('Cost centre CC 4711 pays.');
  expect(settled.open.find(({ id }) => id === 'acme.cost-centre-owner')?.assumed).toBe(
    'Not answered: Who owns the cost centre?',
  );
});

test.each([
  ['id: acme.cost-centre', 'id: rollback.watch', '3:9 There is a question `rollback.watch` already.'],
  ['id: acme.cost-centre', 'id: Acme', '3:9 `id` must be words with a dot between them.'],
  ['section: infrastructure', 'section: money', '4:14 `section`'],
  ['kind: text', 'kind: choice', '7:11 A choice needs `options`.'],
  ['kind: text', 'knid: text', '7:5 There is no key `knid` in a question.'],
  ['{answer} pays', '{anwser} pays', '9:7 Nothing is put in for `{anwser}`.'],
])(
  'a question that is wrong is said to be, with its place, and left out: %s as %s',
  (right, wrong, problem) => {
    const { questions, problems } = readOwnQuestions(own.replace(right, wrong), builtInQuestions);
    expect(questions.map(({ id }) => id)).not.toContain('acme.cost-centre');
    const said = problems.map(({ file, line, column, message }) => `${file} ${line}:${column} ${message}`);
    expect(
      said.some((each) => each.startsWith(`deployment/questions.yaml ${problem}`)),
      said.join('\n'),
    ).toBe(true);
  },
);

test('a question may be written to deployer.yaml, at places that there are', () => {
  const setting = (path: string): string =>
    own.replace('      statements:', `      spec: [{ path: ${path}, write: value }]\n      statements:`);
  expect(readOwnQuestions(setting('integration.name'), builtInQuestions).problems).toEqual([]);
  expect(readOwnQuestions(setting('integration.nmae'), builtInQuestions).problems[0]?.message).toBe(
    'There is no place `integration.nmae` in deployer.yaml.',
  );
});

test('what the manual shows of both files is right', () => {
  const manual = readFileSync(new URL('../../docs/questionnaire.md', import.meta.url), 'utf8');
  const [answers = '', questions = ''] = [...manual.matchAll(/^```yaml\n(.*?)^```/gms)].map(
    ([, text]) => text,
  );
  const settlement = settleTexts({ spec: exampleSpec, answers, questions });
  expect(settlement.problems).toEqual([]);
  expect(settlement.standings.map(({ question }) => question.id)).toContain('acme.cost-centre');
  expect(settlement.standings.filter(({ given }) => given !== null)).toHaveLength(2);
});

test.each(['', '# none yet', 'questions: []', 'questions:'])('there may be none: %j', (text) => {
  expect(readOwnQuestions(text, builtInQuestions).questions).toEqual([]);
});

test('a file that is too large is said to be, and read no further', () => {
  const { questions, problems } = readOwnQuestions(own + `# ${'x'.repeat(300_000)}\n`, builtInQuestions);
  expect(questions).toEqual([]);
  expect(problems.map(({ message }) => message)).toEqual([expect.stringContaining('larger than 256 KiB')]);
});

test.each(['questions: {', 'questions: 5', '[]', 'questions: [1]', 'x'.repeat(300_000)])(
  'a file that holds no questions is a problem, never a crash: %#',
  (text) => {
    const { questions, problems } = readOwnQuestions(text, builtInQuestions);
    expect(questions).toEqual([]);
    expect(problems).not.toEqual([]);
  },
);
