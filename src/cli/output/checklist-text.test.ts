import { expect, test } from 'vitest';

import {
  cellFacts,
  definition,
  nothingYet,
  nowMs,
  observation,
  place,
  seenAt,
  stage,
} from '../../../test/harness/cell-facts.ts';
import { suitesOf } from '../../../test/harness/definition.ts';
import { checklistOf } from '../../core/checklist/cells.ts';
import { statusSign } from '../../core/checklist/status-sign.ts';
import { checklistHtml, checklistMarkdown } from '../../documents/checklist.ts';
import { checklistCsv, csvField } from './checklist-csv.ts';
import { checklistText } from './checklist-text.ts';
import { styleOf } from './style.ts';
import { widthOf } from './width.ts';

const settings = { style: styleOf(false), width: 100, now: new Date(nowMs) };
const whole = definition({ suites: suitesOf(['unit', 'e2e']) }, { gates: ['unit', 'e2e'] });
const waiver = {
  subject: 'compliance-checks',
  environment: 'staging',
  owner: 'qa@example.com',
  reason: 'audit is booked',
  by: 'ops@example.com',
  at: seenAt,
  until: new Date(nowMs - 1).toISOString(),
};

function view() {
  const stages = [stage('unit'), stage('e2e', { state: 'failed', reason: '1 of 9 tests failed' })];
  const disk = { freeBytes: 5e8, neededBytes: 1e9 };
  const here = cellFacts({
    definition: whole,
    stages,
    waivers: [waiver],
    place: place({ disk, edge: null }),
  });
  const later = { ...nothingYet(whole), release: here.release, waivers: [waiver] };
  const production = whole.environments.find(({ name }) => name === 'production');
  if (production === undefined) throw new Error('no production');
  const goOn = 'deployer ship --release 1.4.0 --to production';
  return checklistOf('desk', [here, { ...later, environment: production, goOn }]);
}

test('the table has an item to a line, kinds of tests beneath, and then why what is open is open', () => {
  const lines = checklistText(view(), settings).split('\n');
  expect(lines.slice(0, 17)).toEqual([
    'desk  1.4.0  2 of 17 done or waived',
    '',
    '                              staging      production',
    '  Infrastructure Setup        ✗ failed     · pending',
    '  Code Deployment             ✓ done       · pending',
    '  Configuration Validation    ✓ done       · pending',
    '  Testing                     ✗ failed     ? undecided',
    '    unit                      ✓ done       · pending',
    '    integration               ? undecided  ? undecided',
    '    e2e                       ✗ failed     · pending',
    '    performance               ? undecided  ? undecided',
    '    security                  ? undecided  ? undecided',
    '  Monitoring Setup            ? undecided  ? undecided',
    '  Rollback Plan Verification  ? undecided  ? undecided',
    '  Compliance Checks           ? undecided  ? undecided',
    '  User Documentation          ? undecided  ? undecided',
    '  Approval                    – n/a        · pending',
  ]);
  expect(lines.slice(18, 26)).toEqual([
    '✗ Infrastructure Setup  infrastructure-setup in staging',
    '  the edge does not run; only 500.0 MB are free on the disk; 1.0 GB are needed',
    '  → deployer status',
    '',
    '✗ Testing  testing in staging',
    '  1 of 9 tests failed',
    '  → deployer retry desk-9',
    '',
  ]);
  expect(lines).toContain('  → deployer ship --release 1.4.0 --to production');
  expect(lines.join('\n')).toMatch(
    /compliance-checks in staging ended .*by ops@example\.com, qa@example\.com sees/,
  );
});

test('a narrow terminal gets signs alone, and what they mean', () => {
  const lines = checklistText(view(), { ...settings, width: 50 }).split('\n');
  expect(lines.slice(0, 20).every((line) => widthOf(line) <= 50)).toBe(true);
  expect(lines.find((line) => line.includes('Infrastructure'))).toMatch(/Infrastructure Setup +✗ +·$/);
  expect(lines.some((line) => line.includes('✓ done  ✗ failed  ? undecided'))).toBe(true);
});

test('each status has a sign of its own, one column wide', () => {
  const signs = Object.values(statusSign);
  expect(signs.map(widthOf)).toEqual(signs.map(() => 1));
  expect(new Set(signs).size).toBe(signs.length);
});

test('for a spreadsheet there is a row for each cell, with every field in quotes', () => {
  const [heading, first, ...others] = checklistCsv(view()).split('\n');
  expect(heading).toBe(
    '"integration","version","release","item","environment","status","reason","at","by","evidence","next",' +
      '"kind","part","owner","until"',
  );
  expect(first).toContain('"desk","1.4.0","sha256:release","Infrastructure Setup","staging","failed",');
  expect([first, ...others].filter((row) => row?.includes(',"item",'))).toHaveLength(9 * 2);
});

test('for a spreadsheet there are kinds of tests, what a place contradicts, and waivers too', () => {
  const rows = checklistCsv(view()).split('\n');
  const ends = (end: string) => rows.filter((row) => row.endsWith(end));
  expect(ends(',"part","e2e","",""')[0]).toContain('"staging","failed","1 of 9 tests failed"');
  expect(ends(',"drift","","",""')).toEqual([expect.stringContaining('"","staging","edge","the edge does')]);
  expect(ends(`,"waiver","","qa@example.com","${waiver.until}"`)).toEqual([
    expect.stringContaining('"compliance-checks","staging","expired","audit is booked"'),
  ]);
});

test.each(['md', 'html'])('what a place contradicts is in the checklist as %s as well', (format) => {
  const text = format === 'md' ? checklistMarkdown(view()) : checklistHtml(view());
  expect(text).toContain('the edge does not run.');
  expect(text).toContain('Drift');
});

test.each([
  ['=HYPERLINK("https://example.com")', `"'=HYPERLINK(""https://example.com"")"`],
  ['+1', `"'+1"`],
  ['-1', `"'-1"`],
  ['@SUM(A1)', `"'@SUM(A1)"`],
  ['\t=1', `"'\t=1"`],
  ['  =1', `"'  =1"`],
  ['a, "b"', '"a, ""b"""'],
  [null, '""'],
])('no spreadsheet takes %j for a formula', (value, expected) => {
  expect(csvField(value)).toBe(expected);
});

test('what a place contradicts is in the text of the checklist as well', () => {
  expect(checklistText(view(), settings)).toContain('! staging  the edge does not run');
  expect(observation().edge).not.toBeNull();
});
