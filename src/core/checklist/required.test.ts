import { expect, test } from 'vitest';

import { cellFacts, definition, nowMs, place } from '../../../test/harness/cell-facts.ts';
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
    'compliance-checks is undecided: no check is configured (deployer waive compliance-checks desk-9 ' +
      '--environment staging --reason "…" --until <date>)',
  );
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
