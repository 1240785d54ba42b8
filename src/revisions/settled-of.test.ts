import { expect, test } from 'vitest';

import { documentOf } from '../core/document/document-of.ts';
import type { DocumentFacts } from '../core/document/facts.ts';
import { emptyRedactor, redactData, type Redactor, redactorOf } from '../core/secrets/redaction.ts';
import { moments } from '../../test/documents/moments.ts';
import { exampleSpec } from '../../test/questionnaire/example-spec.ts';
import { settledOf } from './settled-of.ts';

const facts = factsOf();
const spec = 'deployer: 1\nintegration: { key: desk }\n';

const values = [
  ['with two blanks in it', 'correct  horse  battery'],
  ['with backticks in it', 'correct`horse`battery'],
  ['that an answer is cut in', `correct-horse-battery-${'x'.repeat(40)}`],
] as const;

/** A document in which somebody typed a value as answers: as one that settles something, and as one that does not. */
function documentWith(value: string, redactor: Redactor): string {
  const answers = JSON.stringify({
    answers: {
      'integration.purpose': `It logs in with ${value} at night.`,
      'infrastructure.budget': `${'.'.repeat(170)} ${value}`,
    },
  });
  const settled = settledOf({ spec, answers, questions: null }, redactor);
  // As a last net, which finds whole values only.
  return JSON.stringify(redactData(documentOf({ ...facts, settled }), redactor));
}

function piecesIn(text: string): readonly string[] {
  return ['correct', 'horse', 'battery'].filter((piece) => text.includes(piece));
}

test.each(values)('of a value %s, typed as an answer, no piece is in the document', (_, value) => {
  const text = documentWith(value, redactorOf([value]));
  expect(text).toContain('It logs in with [redacted] at night.');
  expect(piecesIn(text)).toEqual([]);
  // It is a document in which they would be.
  expect(piecesIn(documentWith(value, emptyRedactor))).not.toEqual([]);
});

test('an answer that says what is written contradicts nothing because a value in both was taken out', () => {
  const texts = {
    spec: 'deployer: 1\nintegration: { key: desk, name: the desk of correct-horse }\n',
    answers: 'answers: { integration.name: the desk of correct-horse }',
    questions: null,
  };
  const settled = settledOf(texts, redactorOf(['correct-horse']));
  expect(settled.conflicts).toEqual([]);
  expect(JSON.stringify(settled.statements)).toContain('the desk of [redacted]');
});

test('why deployer.yaml could not hold an answer is in the document, not only that it does not say so', () => {
  const texts = { spec: exampleSpec, answers: 'answers: { pipeline.branch: a..b }', questions: null };
  expect(settledOf(texts, emptyRedactor).conflicts.map(({ sides }) => sides[1])).toEqual([
    'deployer.yaml would not do with it: `branch` must be the name of a branch.',
  ]);
});

function factsOf(): DocumentFacts {
  const found = moments().find(({ name }) => name === 'in-production');
  if (found === undefined) throw new Error('there is no such moment');
  return found.facts;
}
