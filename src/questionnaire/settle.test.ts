import { describe, expect, test } from 'vitest';

import { exampleSpec } from '../../test/questionnaire/example-spec.ts';
import { answersOf, at, said, settled, typed } from '../../test/questionnaire/typed-answers.ts';
import { giveAnswer } from './give-answer.ts';
import type { Question } from './question.ts';
import { settleTexts } from '../../test/questionnaire/settle-texts.ts';
import { readQuestionnaire } from './questionnaire.ts';
import { settle } from './settle.ts';

describe('what holds', () => {
  test('without an answer, what is in force is assumed, with its reason and its question', () => {
    const settlement = settled({});
    expect(said(settlement, 'rollback.watch.production')).toEqual([
      'assumed',
      'Nothing is watched in production after a switch.',
    ]);
    const { source } =
      settlement.settled.statements.find(({ id }) => id === 'environments.replicas.production') ?? {};
    expect(source).toEqual({
      kind: 'assumed',
      because: 'that is what runs when nothing else is written',
      question: 'environments.replicas',
    });
  });

  test('what stands in deployer.yaml is decided, and its path is named', () => {
    const settlement = settled({});
    expect(said(settlement, 'pipeline.approvers.production')).toEqual([
      'decided',
      'A release for production may be approved by ops@example.com.',
    ]);
    expect(said(settlement, 'configuration.model')).toEqual([
      'decided',
      'The agent is built for the model openai-compatible/sim-1.',
    ]);
    expect(settlement.settled.open.map(({ id }) => id)).not.toContain('pipeline.approvers');
  });

  test('of what is written and no answer to the question, nothing is said', () => {
    const spec = exampleSpec.replace('  staging:\n', '  staging:\n    mirrors: dev\n');
    const settlement = settled({}, spec);
    expect(said(settlement, 'environments.parity.staging')).toBeNull();
    expect(settlement.settled.open.map(({ id }) => id)).not.toContain('environments.parity');
    const answered = settled({ 'environments.parity': 'own' }, spec);
    expect(answered.edits).toEqual([expect.objectContaining({ isOverriding: true })]);
    expect(answered.settled.conflicts).toHaveLength(1);
  });

  test('an answer decides, and says who and when', () => {
    const { settled: result } = settled({ 'pipeline.ci': 'gitlab-ci' });
    expect(result.statements.find(({ id }) => id === 'pipeline.ci')).toEqual({
      id: 'pipeline.ci',
      section: 'pipeline',
      text: ['CI tool beside Deployer: ', 'GitLab CI', '; ', 'a job calls ', { code: 'deployer ship' }, '.'],
      source: { kind: 'decided', by: { kind: 'answer', question: 'pipeline.ci', who: 'qa@example.com', at } },
      drift: null,
    });
  });

  test('a choice of cloud says which load balancer, database and monitoring come with it', () => {
    const settlement = settled({ 'infrastructure.cloud': 'aws' });
    expect(said(settlement, 'infrastructure.cloud.load-balancer')?.[1]).toContain(
      'Application Load Balancer',
    );
    expect(said(settlement, 'infrastructure.cloud.database')?.[1]).toContain('Amazon RDS');
    expect(said(settlement, 'infrastructure.cloud.monitoring')?.[1]).toContain('CloudWatch');
    expect(settlement.settled.open.map(({ id }) => id)).toContain('infrastructure.region');
    expect(settled({}).settled.open.map(({ id }) => id)).not.toContain('infrastructure.region');
  });

  test('a vague answer is shown as given with its reason, asked again sharper, and replaced by the assumption', () => {
    const { settled: result } = settled({ 'integration.owners': 'tbd' });
    const open = result.open.find(({ id }) => id === 'integration.owners');
    expect(open).toEqual({
      id: 'integration.owners',
      section: 'environments',
      ask: 'Which addresses does mail reach when something is wrong with it?',
      why: 'Somebody has to be told when it fails, and to decide what becomes of it.',
      given: { answer: 'tbd', lacks: '"tbd" is no address that could be written to' },
      assumed: 'Nobody is named who answers for the integration.',
      next: 'deployer answer integration.owners <addresses>',
    });
    expect(result.statements.find(({ id }) => id === 'integration.owners')?.source.kind).toBe('assumed');
  });

  test('what was found in the repository counts less than an answer, and more than a default', () => {
    const base = readQuestionnaire({ spec: exampleSpec, answers: '', questions: null });
    const found = { question: 'pipeline.ci', value: 'jenkins', where: 'Jenkinsfile:1', at, isSure: true };
    const withFinding = (answers: string) =>
      settle({
        ...readQuestionnaire({ spec: exampleSpec, answers, questions: null }),
        findings: [found],
      });
    expect(base.questions.length).toBeGreaterThan(40);
    expect(said(withFinding(''), 'pipeline.ci')).toEqual(['observed', expect.stringContaining('Jenkins')]);
    const contradicted = withFinding(answersOf({ 'pipeline.ci': 'gitlab-ci' }));
    expect(contradicted.settled.conflicts).toEqual([
      {
        question: 'pipeline.ci',
        sides: [
          'deployment/answers.yaml says GitLab CI at pipeline.ci (qa@example.com, 2026-11-30).',
          'Jenkinsfile:1 says Jenkins.',
        ],
        next: 'deployer answer pipeline.ci jenkins',
      },
    ]);
  });

  test('what an answer is only held against settles nothing, and contradicts what does not go with it', () => {
    const found = {
      question: 'infrastructure.orchestration',
      value: 'compose',
      where: 'compose.yaml',
      at,
      isSure: false,
      fits: ['compose', 'deployer'],
    };
    const withAnswerOf = (given: Readonly<Record<string, unknown>>) =>
      settle({
        ...readQuestionnaire({ spec: exampleSpec, answers: answersOf(given), questions: null }),
        findings: [found],
      });
    expect(said(withAnswerOf({}), found.question)?.[1]).toContain("Deployer's supervisors");
    const sides = (answer: string): readonly (readonly [string, string])[] =>
      withAnswerOf({ [found.question]: answer }).settled.conflicts.map((each) => each.sides);
    expect(sides('deployer')).toEqual([]);
    expect(sides('nomad')).toEqual([
      [expect.stringContaining('says Nomad'), 'compose.yaml says Docker Compose.'],
    ]);
  });
});

describe('conflicts', () => {
  test('an answer that contradicts deployer.yaml is shown with both sides, and neither is changed', () => {
    const { settled: result, edits } = settled({ 'rollback.keep': '2h' });
    expect(result.conflicts).toEqual([
      {
        question: 'rollback.keep',
        sides: [
          'deployment/answers.yaml says 2h at rollback.keep (qa@example.com, 2026-11-30).',
          'deployer.yaml says 1h at environments.production.keepPrevious.',
        ],
        next: 'deployer answer rollback.keep 2h',
      },
    ]);
    expect(edits).toEqual([expect.objectContaining({ question: 'rollback.keep', isOverriding: true })]);
    expect(said({ settled: result, edits, standings: [] }, 'rollback.keep.production')).toEqual([
      'decided',
      'The former deployment stays warm in production for 1h.',
    ]);
  });

  test('an answer that only stands in the file of answers is not said to be in force', () => {
    const { settled: result } = settled({ 'rollback.watch': '60s' });
    expect(result.conflicts[0]?.sides[1]).toBe(
      'deployer.yaml does not say so at environments.production.watch.seconds, so it is not in force.',
    );
    expect(result.statements.find(({ id }) => id === 'rollback.watch.production')?.source.kind).toBe(
      'assumed',
    );
  });

  test('an answer that is in force without being written is no conflict', () => {
    expect(settled({ 'pipeline.approvals': 1, 'pipeline.branch': 'main' }).settled.conflicts).toEqual([]);
  });

  test('two answers that cannot both be true are shown with both, and neither acts', () => {
    const { settled: result, edits } = settled({
      'pipeline.approvers': ['ann@example.com'],
      'pipeline.approvals': 5,
    });
    expect(result.conflicts).toHaveLength(1);
    expect(result.conflicts[0]?.sides.join(' ')).toMatch(
      /ann@example\.com at pipeline\.approvers.*5 at pipeline\.approvals/,
    );
    expect(edits).toEqual([]);
  });

  test('an answer that deployer.yaml could not hold is refused with the reason, and recorded all the same', () => {
    const result = typed([['pipeline.approvals', '5']]);
    expect(result.spec).toBe(exampleSpec);
    expect(result.answers).toContain('pipeline.approvals');
    expect(result.settled.conflicts.map(({ question }) => question)).toEqual(['pipeline.approvers']);
  });
});

test('what deployer.yaml could not hold is not written, and the conflict says what it would not do with', () => {
  const questionnaire = readQuestionnaire({ spec: exampleSpec, answers: '', questions: null });
  const question = questionnaire.questions.find(({ id }) => id === 'pipeline.branch') as Question;
  const given = { question, typed: 'a..b', by: 'qa@example.com', at };
  const outcome = giveAnswer(questionnaire, '', given);
  expect(outcome?.specText).toBe(exampleSpec);
  expect(outcome?.answersText).toContain('answer: a..b');
  expect(outcome?.settled.conflicts).toEqual([
    {
      question: 'pipeline.branch',
      sides: [
        'deployment/answers.yaml says a..b at pipeline.branch (qa@example.com, 2026-11-30).',
        'deployer.yaml would not do with it: `branch` must be the name of a branch.',
      ],
      next: 'deployer answer pipeline.branch a..b',
    },
  ]);
});

test('why deployer.yaml could not hold an answer is said whenever it is looked at again', () => {
  for (const given of [{ 'pipeline.branch': 'a..b' }, { 'infrastructure.place': 'kubernetes' }]) {
    const [conflict] = settled(given).settled.conflicts;
    expect(conflict?.sides[1]).toMatch(/^deployer\.yaml would not do with it: \S/);
  }
});

describe('deployer.yaml', () => {
  test('an answer is written in its place, with comments kept', () => {
    const { spec, settled: result } = typed([
      ['rollback.watch', '90s'],
      ['rollback.watch-errors', '2%'],
      ['integration.owners', 'ann@example.com'],
    ]);
    expect(spec).toContain('    watch:\n      seconds: 90\n      errorRate: 0.02\n');
    expect(spec).toContain('owners: [ann@example.com] } # the key stays');
    expect(spec.match(/#.*/g)).toEqual(exampleSpec.match(/#.*/g));
    expect(result.conflicts).toEqual([]);
  });

  test('what needs something beside it gets that too, and keeps what is there', () => {
    expect(typed([['rollback.watch-errors', '2%']]).spec).toContain('seconds: 60\n      errorRate: 0.02');
    const both = typed([
      ['rollback.watch', '5m'],
      ['rollback.watch-p95', '400ms'],
    ]);
    expect(both.spec).toContain('seconds: 300\n      p95Ms: 400');
  });

  test('answers that only do together are written once the second one is there, in either order', () => {
    const approvals = ['pipeline.approvals', '3'] as const;
    const approvers = ['pipeline.approvers', 'a@example.com,b@example.com,c@example.com'] as const;
    for (const order of [
      [approvals, approvers],
      [approvers, approvals],
    ]) {
      const { spec, settled: result } = typed(order);
      expect(spec).toContain('count: 3');
      expect(result.conflicts).toEqual([]);
    }
  });

  test('a hand edit afterwards is a conflict that the next command decides, and typing it anew wins', () => {
    const first = typed([['rollback.keep', '2h']]);
    const edited = first.spec.replace('keepPrevious: 2h', 'keepPrevious: 5h');
    const { settled: result } = settleTexts({ spec: edited, answers: first.answers, questions: null });
    expect(result.conflicts.map(({ question }) => question)).toEqual(['rollback.keep']);
    expect(typed([['rollback.keep', '2h']], edited).spec).toContain('keepPrevious: 2h');
  });

  test('another answer never takes back what somebody wrote by hand', () => {
    const first = typed([['rollback.keep', '2h']]);
    const edited = first.spec.replace('keepPrevious: 2h', 'keepPrevious: 5h');
    const questionnaire = readQuestionnaire({ spec: edited, answers: first.answers, questions: null });
    const question = questionnaire.questions.find(({ id }) => id === 'rollback.watch') as Question;
    const outcome = giveAnswer(questionnaire, first.answers, {
      question,
      typed: '60s',
      by: 'qa@example.com',
      at,
    });
    expect(outcome?.specText).toContain('keepPrevious: 5h');
    expect(outcome?.specText).toContain('seconds: 60');
  });

  test('nobody approves, or somebody does: each takes out what the other needs', () => {
    const none = typed([['pipeline.approval', 'nobody']]);
    expect(none.spec).toContain('none: decided in the questionnaire');
    expect(none.spec).not.toContain('ops@example.com');
    const others = typed(
      [
        ['pipeline.approval', 'others'],
        ['pipeline.approvers', 'ann@example.com'],
      ],
      none.spec,
    );
    expect(others.settled.conflicts).toEqual([]);
    expect(others.spec).toContain('approvers: [ann@example.com]');
    expect(others.spec).not.toContain('none:');
  });
});
