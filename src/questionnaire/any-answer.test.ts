import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { exampleSpec } from '../../test/questionnaire/example-spec.ts';
import { at, settled, typed } from '../../test/questionnaire/typed-answers.ts';
import { checklistOf } from '../core/checklist/cells.ts';
import { unreleasedFacts } from '../core/checklist/unreleased.ts';
import { documentOf } from '../core/document/document-of.ts';
import { loadSpec } from '../spec/load.ts';
import { statedPaths } from '../spec/stated-paths.ts';
import { withAnswer } from './edit-answers.ts';
import type { Question } from './question.ts';
import { settleTexts } from '../../test/questionnaire/settle-texts.ts';
import { builtInQuestions } from './questions/all.ts';
import type { Settlement } from './settlement.ts';

/** An answer to each question that does, and some that do not. */
const someAnswers: fc.Arbitrary<readonly (readonly [string, string])[]> = fc
  .uniqueArray(fc.nat(builtInQuestions.length - 1), { maxLength: 16 })
  .chain((indexes) => fc.tuple(...indexes.map((index) => answerTo(builtInQuestions[index] as Question))));

function answerTo(question: Question): fc.Arbitrary<readonly [string, string]> {
  const { kind, options = [], limits = {} } = question;
  const values: Readonly<Record<Question['kind'], readonly string[]>> = {
    choice: options.map(({ value }) => value),
    many:
      options.length > 0
        ? [options[0]?.value ?? '', options.map(({ value }) => value).join(',')]
        : ['docs/*.md'],
    text:
      limits.form === undefined
        ? ['Somebody asks it for refunds.', 'EU']
        : ['512Mi', 'main', 'a/b', '300 EUR', 'app'],
    number: ['1', '3', '20', '0.5', '400'],
    duration: ['30s', '15m', '2h', '90d'],
    people: ['ann@example.com', 'ann@example.com,ben@example.com,cem@example.com'],
  };
  const vague = fc.constantFrom('a', 'tbd', '?', '');
  return fc
    .oneof({ weight: 5, arbitrary: fc.constantFrom(...values[kind]) }, { weight: 1, arbitrary: vague })
    .map((value) => [question.id, value] as const);
}

/** What an answer comes to, whatever its place in the file. */
function gist({ settled: { statements, open, conflicts } }: Pick<Settlement, 'settled'>): unknown {
  return { statements, open, conflicts };
}

/** A side says which file it is, and where in it. */
const named =
  /^(?:deployment\/answers\.yaml says .+ at \S+|deployer\.yaml (?:says .+ at \S+|does not say so at \S+|would not do with it: ))/s;

/** Each answer reads the files anew, as each command does. */
test('answers in any order end in the same document and a definition that loads, or in conflicts of both sides', () => {
  fc.assert(
    fc.property(
      someAnswers.chain((answers) =>
        fc.tuple(fc.constant(answers), fc.shuffledSubarray([...answers], { minLength: answers.length })),
      ),
      ([answers, shuffled]) => {
        const [one, other] = [typed(answers), typed(shuffled)];
        for (const { spec, settled: result } of [one, other]) {
          const { definition, problems } = loadSpec({ text: spec, file: 'deployer.yaml', folder: '.' });
          if (definition === null) throw new Error(JSON.stringify(problems));
          const nowMs = Date.parse(at);
          const document = documentOf({
            definition,
            stated: statedPaths(spec),
            basis: { kind: 'draft', by: 'qa@example.com', at, newest: null },
            settled: result,
            environments: [],
            checklist: checklistOf(definition.key, unreleasedFacts(definition, nowMs)),
            delivery: null,
            alerts: [],
            liveWaivers: [],
            database: null,
            drifts: [],
          });
          expect(document.sections).toHaveLength(8);
          for (const { sides } of result.conflicts) for (const side of sides) expect(side).toMatch(named);
        }
        const conflicts = [one, other].map(({ settled: result }) =>
          result.conflicts.map(({ question }) => question),
        );
        expect(conflicts[1]).toEqual(conflicts[0]);
        if (conflicts[0]?.length === 0) expect(gist(other)).toEqual(gist(one));
      },
    ),
    { numRuns: 12 },
  );
}, 120_000);

test('what is answered is one piece of a statement as it is, template syntax, Markdown and HTML included', () => {
  const answer = 'Some {answer} {means} {fact:cost} {environment} `code` <b>bold</b> [a](b) ${x} {{y}}';
  const { statements } = settled({ 'integration.purpose': answer }).settled;
  expect(statements.find(({ id }) => id === 'integration.purpose')?.text).toEqual([
    'What it is for: ',
    answer,
  ]);
});

test('an answer of a megabyte is recorded whole, settles nothing, and is shown by its beginning', () => {
  const answer = 'word "quoted": # \n'.repeat(55_000);
  const text = withAnswer('', { id: 'integration.purpose', answer, by: 'qa@example.com', at });
  const result = settleTexts({ spec: exampleSpec, answers: text, questions: null });
  expect(result.standings.find(({ given }) => given !== null)?.given?.answer).toBe(answer);
  const { given } = result.settled.open.find(({ id }) => id === 'integration.purpose') ?? {};
  expect(given?.answer.length).toBe(200);
  expect(given?.lacks).toMatch(/^it has \d+ characters, and nobody reads more than 2000$/);
});

test('whatever is answered, nothing throws, and it stays text: one piece of a statement, or none', () => {
  const hostile = fc.oneof(
    fc.constantFrom(
      '<script>alert(1)</script>',
      '# Heading\n\n- item',
      '[link](javascript:alert(1))',
      '${process.env.HOME}',
      '{{constructor}}',
      'Some {answer} and {means} and {fact:cost}',
      'right \u202Eto left',
      'عربي נכון',
      'nul \u0000 bell \u0007',
      '__proto__',
      '`code` | pipe | <!-- -->',
      '--- \n...\n&a *a !!x',
    ),
    fc.string({ unit: 'binary', maxLength: 100 }),
  );
  fc.assert(
    fc.property(fc.constantFrom(...builtInQuestions), hostile, (question, answer) => {
      const text = withAnswer('', { id: question.id, answer, by: 'qa@example.com', at });
      expect(text).not.toBeNull();
      const result = settleTexts({ spec: exampleSpec, answers: text, questions: null });
      expect(result.problems).toEqual([]);
      const standing = result.standings.find((each) => each.question.id === question.id);
      expect(standing?.given?.answer).toEqual(answer);
      for (const { text: pieces } of result.settled.statements) {
        const whole = pieces.filter(
          (piece) => (typeof piece === 'string' ? piece : piece.code) === standing?.value,
        );
        expect(whole.length).toBeLessThanOrEqual(1);
      }
    }),
    { numRuns: 200 },
  );
});
