import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { loadSpec } from '../spec/load.ts';
import { applyAnswers } from './apply-answers.ts';
import { assumedByDraft, firstQuestions } from './first-questions.ts';
import {
  goneBack,
  type Interview,
  type InterviewMatter,
  lackOf,
  nextQuestion,
  passedOver,
  withGiven,
} from './interview.ts';
import { builtInQuestions } from './questions/all.ts';
import { readSpec } from './spec-reading.ts';

const specText = `deployer: 1
integration: { key: desk }
components: { desk: { role: agent, path: ., run: node desk.js, port: 8080, public: true } }
environments:
  dev: {}
  staging: { mirrors: production }
  production:
    approval: { approvers: [ann@example.com], self: nobody else was known at first }
    watch: { seconds: 60, errorRate: 0.02 }
`;

const matter: InterviewMatter = {
  questions: builtInQuestions,
  specText,
  findings: [],
  answered: new Map(),
  asked: firstQuestions,
  assumed: assumedByDraft,
  actor: 'ann@example.com',
};
const fresh: Interview = { answers: new Map(), put: [] };
const said = { by: 'ann@example.com', at: '2026-01-02T03:04:05Z' };

/** Goes through questions until this one is put. */
function upTo(id: string, from: Interview = fresh, about: InterviewMatter = matter): Interview {
  let interview = from;
  for (let next = nextQuestion(interview, about); next !== null; next = nextQuestion(interview, about)) {
    if (next.question.id === id) return interview;
    interview = passedOver(interview, next.question.id);
  }
  throw new Error(`${id} is never put`);
}

test('every question that is put first exists', () => {
  const ids = builtInQuestions.map(({ id }) => id);
  expect([...firstQuestions, ...assumedByDraft].filter((id) => !ids.includes(id))).toEqual([]);
});

test('what a draft assumes is asked, with what it says as the proposal', () => {
  expect(nextQuestion(upTo('pipeline.approvers'), matter)?.proposal).toEqual(['ann@example.com']);
  expect(nextQuestion(upTo('rollback.watch'), matter)?.proposal).toBe('1m');
});

test('what stands in a deployer.yaml of somebody is not asked', () => {
  const decided: InterviewMatter = { ...matter, assumed: [] };
  expect(() => upTo('pipeline.approvers', fresh, decided)).toThrow('never put');
});

test('what was found beyond doubt is not asked, and what is only likely is the proposal', () => {
  const finding = { question: 'pipeline.ci', value: 'jenkins', where: 'Jenkinsfile', at: said.at };
  const about = (isSure: boolean): InterviewMatter => ({
    ...matter,
    asked: ['pipeline.ci'],
    findings: [{ ...finding, isSure }],
  });
  expect(nextQuestion(fresh, about(true))).toBeNull();
  expect(nextQuestion(fresh, about(false))?.proposal).toBe('jenkins');
});

test('a lone approver is proposed to approve their own changes, and others are not', () => {
  const alone = upTo('pipeline.approval');
  expect(nextQuestion(alone, matter)?.proposal).toBe('self');
  const approvers = withGiven(upTo('pipeline.approvers'), 'pipeline.approvers', {
    answer: 'ops@example.com, ann@example.com',
    ...said,
  });
  expect(nextQuestion(upTo('pipeline.approval', approvers), matter)?.proposal).toBe('others');
});

test('an answer decides which questions follow', () => {
  const about: InterviewMatter = { ...matter, asked: ['infrastructure.cloud', 'infrastructure.region'] };
  const without = withGiven(fresh, 'infrastructure.cloud', { answer: 'none', ...said });
  expect(nextQuestion(without, about)).toBeNull();
  const cloud = withGiven(fresh, 'infrastructure.cloud', { answer: 'aws', ...said });
  expect(nextQuestion(cloud, about)?.question.id).toBe('infrastructure.region');
});

test('going back opens the last question again, however often, and ends at the first', () => {
  const answers = fc.array(fc.option(fc.constantFrom('tbd', 'none', 'ops@example.com', '2m', '3')), {
    maxLength: 13,
  });
  fc.assert(
    fc.property(answers, (given) => {
      const passed: Interview[] = [fresh];
      let interview = fresh;
      for (const answer of given) {
        const next = nextQuestion(interview, matter);
        if (next === null) break;
        const { id } = next.question;
        interview =
          answer === null ? passedOver(interview, id) : withGiven(interview, id, { answer, ...said });
        passed.push(interview);
      }
      for (const before of passed.toReversed().slice(1)) {
        interview = goneBack(interview);
        expect(interview).toEqual(before);
      }
      expect(goneBack(interview)).toEqual(fresh);
    }),
    { numRuns: 40 },
  );
});

test('whatever is said, the interview ends, each question is put once, and deployer.yaml loads', () => {
  const sayings = fc.infiniteStream(
    fc.option(
      fc.oneof(fc.string(), fc.constantFrom('tbd', 'self', 'nobody', 'aws', 'a@example.com', '90s', '2%')),
    ),
  );
  fc.assert(
    fc.property(sayings, (stream) => {
      const given = stream[Symbol.iterator]();
      const all: InterviewMatter = { ...matter, asked: builtInQuestions.map(({ id }) => id) };
      let interview = fresh;
      for (let next = nextQuestion(interview, all); next !== null; next = nextQuestion(interview, all)) {
        const { id } = next.question;
        const answer: string | null = given.next().value ?? null;
        interview =
          answer === null ? passedOver(interview, id) : withGiven(interview, id, { answer, ...said });
      }
      expect(new Set(interview.put).size).toBe(interview.put.length);
      const { questions, findings } = matter;
      const spec = readSpec(specText);
      const applied = applyAnswers({ questions, answers: interview.answers, spec, findings }, interview.put);
      const { definition } = loadSpec({ text: applied.specText, file: 'deployer.yaml', folder: '.' });
      expect(definition).not.toBeNull();
    }),
    { numRuns: 8 },
  );
}, 60_000);

test('why an answer does not settle its question can be told at once', () => {
  const question = builtInQuestions.find(({ id }) => id === 'integration.purpose');
  if (question === undefined) throw new Error('no such question');
  expect(lackOf(question, 'tbd')).not.toBeNull();
  expect(lackOf(question, 'Answers customers about their orders')).toBeNull();
});
