import { expect, test } from 'vitest';

import { cellFacts, definition, nowMs, place, seenAt } from '../../../test/harness/cell-facts.ts';
import { cellAt } from './cells.ts';
import { requiredItems, requiredVerdict } from './required.ts';
import type { CellFacts } from './facts.ts';

const by = { run: 'desk-9', environment: 'staging' };

function verdict(facts: CellFacts) {
  return requiredVerdict(requiredItems(facts), by);
}

const required = definition({}, { requires: ['infrastructure-setup', 'compliance-checks'] });
const waiver = {
  subject: 'compliance-checks',
  environment: 'staging',
  owner: 'ops@example.com',
  reason: 'the audit is booked',
  until: new Date(nowMs + 1).toISOString(),
  by: 'ops@example.com',
  at: '2026-11-30T12:00:00.000Z',
};

test('an open item holds the run, and the reason says what to type', () => {
  const { verdict: decided, reason } = verdict(cellFacts({ definition: required, judges: 'before-switch' }));
  expect(decided).toBe('undecided');
  expect(reason).toBe(
    'compliance-checks is undecided: no check is configured (deployer answer security.frameworks ' +
      '<frameworks, or none>, then: deployer ship; or deployer waive compliance-checks desk-9 ' +
      '--environment staging --reason "…" --until <date>)',
  );
});

const whole = definition({ compliance: { frameworks: ['GDPR'], checks: [], none: null } });
const silent = {
  section: 'sha256:m',
  rules: 1,
  loaded: 1,
  figuresAt: seenAt,
  liveSince: seenAt,
  receivers: 0,
  test: null,
};

test.each([
  ['monitoring-setup', cellFacts(), 'deployer answer rollback.alert-errors 2%'],
  ['monitoring-setup', cellFacts({ monitoring: silent }), 'deployer answer rollback.notify <urls>'],
  ['user-documentation', cellFacts(), 'deployer answer checklist.documentation <files>'],
  ['compliance-checks', cellFacts(), 'deployer answer security.frameworks <frameworks, or none>'],
  [
    'compliance-checks',
    cellFacts({ definition: whole }),
    'add compliance.checks: [<suite>] in deployer.yaml',
  ],
  ['testing', cellFacts(), 'add tests.unit in deployer.yaml'],
  ['rollback-plan', cellFacts(), 'deployer answer rollback.rehearsal yes'],
] as const)('what the file says nothing of names what would meet it: %s', (item, facts, next) => {
  expect(cellAt(item, facts)).toMatchObject({ status: 'undecided', next });
});

test('what is done, waived or does not apply lets it on', () => {
  const { verdict: decided, reason } = verdict(cellFacts({ definition: required, waivers: [waiver] }));
  expect(decided).toBe('pass');
  expect(reason).toBe('The checklist of staging is met: infrastructure-setup, compliance-checks (waived)');
});

test('what has failed holds it too, and is not to be waived', () => {
  const facts = cellFacts({ definition: required, waivers: [waiver], place: place({ edge: null }) });
  const { verdict: decided, reason } = verdict(facts);
  expect(decided).toBe('undecided');
  expect(reason).toContain('the edge does not run (deployer status, then: deployer retry desk-9)');
  expect(reason).not.toContain('waive');
});

test('its evidence names each item, and on what it was decided', () => {
  const [evidence] = verdict(cellFacts({ definition: required })).evidence;
  expect(evidence).toMatchObject({
    kind: 'checklist',
    body: {
      items: [
        { item: 'infrastructure-setup', status: 'done', evidence: ['sha256:observation'] },
        { item: 'compliance-checks', status: 'undecided', evidence: [] },
      ],
    },
  });
});
