import {
  cellFacts,
  definition,
  nothingYet,
  nowMs,
  place,
  seenAt,
  stage,
} from '../../../test/harness/cell-facts.ts';
import { suitesOf } from '../../../test/harness/definition.ts';
import { judge } from '../../../test/harness/judge-cells.ts';
import { describe, expect, test } from 'vitest';
import type { Policy } from '../definition/integration.ts';
import { cellAt } from './cells.ts';
import type { CellFacts, SeenDocumentation } from './facts.ts';

const tested = definition(
  { suites: suitesOf(['unit', 'integration', 'e2e', 'security']), performance: load() },
  { gates: ['integration', 'e2e', 'performance', 'security'], buildGates: ['unit'] },
);
const passes = [
  stage('unit', { environment: null }),
  stage('integration'),
  stage('e2e'),
  stage('performance'),
  stage('security'),
];

function load() {
  const limits = { p95Ms: 250, errorRate: null, p95VsStable: null };
  return { load: { path: '/', body: null, rate: 1, durationSeconds: 1, timeoutMs: 1000 }, limits };
}

const withoutSecurity = { ...tested, suites: suitesOf(['unit', 'integration', 'e2e']) };
const undecidedScan = stage('security', {
  state: 'waived',
  verdict: 'undecided',
  reason: 'the scanner scanned nothing',
});
const waiver = {
  subject: 'security',
  environment: 'staging',
  owner: 'ops@example.com',
  reason: 'the scanner is down',
  by: 'ops@example.com',
  at: seenAt,
};
const inForce = new Date(nowMs + 1).toISOString();
const ended = new Date(nowMs).toISOString();

judge('testing', [
  ['every kind passed', cellFacts({ definition: tested, stages: passes }), 'done', 'every kind'],
  [
    'a kind that the spec has not',
    cellFacts({ definition: withoutSecurity, stages: passes }),
    'undecided',
    'no security suite',
    'add tests.security in deployer.yaml',
  ],
  [
    'none at all',
    cellFacts(),
    'undecided',
    'no unit suite; no integration suite; no e2e suite; no load test; no security suite',
  ],
  [
    'one that failed',
    cellFacts({
      definition: tested,
      stages: [
        stage('e2e', { state: 'failed', reason: '1 of 9 tests failed' }),
        ...passes.slice(0, 2),
        ...passes.slice(3),
      ],
    }),
    'failed',
    '1 of 9 tests failed',
    'deployer retry desk-9',
  ],
  [
    'one that has not run',
    cellFacts({ definition: tested, stages: passes.slice(1) }),
    'pending',
    'unit has not run',
  ],
  [
    'an earlier environment speaks for a later one',
    cellFacts({ at: 'production', definition: tested, stages: passes }),
    'done',
    'every kind',
  ],
  [
    'a later environment does not speak for an earlier one',
    cellFacts({ at: 'dev', definition: tested, stages: passes }),
    'done',
    'unit passed on these digests; integration, e2e, performance, security are first asked in staging',
  ],
  [
    'a pass without evidence',
    cellFacts({ definition: tested, stages: passes.map((each) => ({ ...each, evidence: [] })) }),
    'undecided',
    'no evidence',
  ],
  [
    'undecided and waived',
    cellFacts({
      definition: tested,
      stages: [...passes.slice(0, 4), undecidedScan],
      waivers: [{ ...waiver, until: inForce }],
    }),
    'waived',
    'waived by ops@example.com',
  ],
  [
    'undecided, its waiver ended',
    cellFacts({
      definition: tested,
      stages: [...passes.slice(0, 4), undecidedScan],
      waivers: [{ ...waiver, until: ended }],
    }),
    'undecided',
    'the waiver of ops@example.com ended',
  ],
]);

describe('kinds of tests', () => {
  test('stand apart inside the cell, with what is first asked elsewhere said as that', () => {
    const { parts } = cellAt('testing', cellFacts({ at: 'dev', definition: tested, stages: passes }));
    expect(parts.map(({ name, status }) => `${name} ${status}`)).toEqual([
      'unit done',
      'integration not-applicable',
      'e2e not-applicable',
      'performance not-applicable',
      'security not-applicable',
    ]);
    expect(parts[1]?.reason).toBe('integration is first asked in staging');
  });
});

const rehearsed = definition({}, { gates: ['rollback-rehearsal'] });

judge('rollback-plan', [
  [
    'ready, and nothing which was seen says so',
    cellFacts({
      definition: rehearsed,
      stages: [stage('rollback-rehearsal')],
      place: place({ waysBack: [] }),
    }),
    'undecided',
    'staging-3 is warm: one switch; but there is no evidence of it',
  ],
  [
    'ready and rehearsed',
    cellFacts({ definition: rehearsed, stages: [stage('rollback-rehearsal')] }),
    'done',
    'was rehearsed',
  ],
  [
    'rehearsed elsewhere, which is named',
    cellFacts({
      at: 'production',
      definition: rehearsed,
      stages: [stage('rollback-rehearsal'), stage('switch', { environment: 'production' })],
    }),
    'done',
    'was rehearsed with this release in staging',
  ],
  [
    'no way back',
    cellFacts({
      definition: rehearsed,
      stages: [stage('rollback-rehearsal')],
      wayBack: { isReady: false, reasons: ['a contract migration ran'], isFirst: false },
    }),
    'failed',
    'a contract migration ran',
  ],
  [
    'the first ever',
    cellFacts({
      definition: rehearsed,
      stages: [stage('rollback-rehearsal')],
      wayBack: { isReady: false, reasons: ['nothing was live before'], isFirst: true },
    }),
    'done',
    'was rehearsed',
  ],
  [
    'never rehearsed, and asked nowhere',
    cellFacts(),
    'undecided',
    'no list of gates names rollback-rehearsal',
  ],
  ['not rehearsed yet', cellFacts({ definition: rehearsed }), 'pending', 'is rehearsed in staging'],
  ['not live yet', cellFacts({ definition: rehearsed, wayBack: null }), 'pending', 'no users in staging yet'],
]);

function documents(own: Partial<SeenDocumentation['finding']> = {}): CellFacts {
  const whole = definition({ documentation: { files: ['README.md'], interface: ['schemas/*'] } });
  const kept = { changedIn: 'a'.repeat(40), documentedIn: 'b'.repeat(40), isDocumented: true };
  const finding = {
    files: ['README.md'],
    missing: [],
    brokenLinks: [],
    interface: kept,
    unread: null,
    ...own,
  };
  return cellFacts({
    definition: whole,
    documentation: { evidence: 'sha256:documents', at: seenAt, finding },
  });
}

const named = { files: ['README.md'], interface: ['schemas/*'] };

/** In an environment where these documents are in force. */
function asked(
  documentation: Policy['documentation'],
  own: Partial<SeenDocumentation['finding']>,
): CellFacts {
  const facts = documents({ globs: { files: ['README.md', 'MANUAL.md'], interface: ['schemas/*'] }, ...own });
  const { environment } = facts;
  const policy = { ...environment.policy, ...(documentation === undefined ? {} : { documentation }) };
  return { ...facts, environment: { ...environment, policy } };
}

judge('user-documentation', [
  ['none is named', cellFacts(), 'undecided', 'names no documentation'],
  [
    'nothing released yet',
    nothingYet(definition({ documentation: { files: ['README.md'], interface: [] } })),
    'pending',
    'nothing was released yet',
  ],
  ['there, linked, kept up', documents(), 'done', '1 document, with links that resolve'],
  [
    'a file that is not there',
    documents({ files: [], missing: ['README.md'] }),
    'failed',
    'no file matches README.md',
  ],
  [
    'a link to nowhere',
    documents({ brokenLinks: [{ file: 'README.md', link: 'gone.md' }] }),
    'failed',
    'gone.md in README.md',
  ],
  [
    'the interface moved on',
    documents({
      interface: { changedIn: 'c'.repeat(40), documentedIn: 'b'.repeat(40), isDocumented: false },
    }),
    'undecided',
    'changed in ccccccc',
  ],
  ['no interface is named', documents({ interface: null }), 'done', 'links that resolve'],
  ['they could not be read', documents({ unread: 'Git did not answer' }), 'undecided', 'Git did not answer'],
  [
    'what is in force and the commit does not name is looked for',
    asked({ files: ['README.md', 'MANUAL.md'], interface: [] }, { missing: ['MANUAL.md'] }),
    'failed',
    'no file matches MANUAL.md',
  ],
  [
    'what is asked for since was not looked at',
    asked({ files: ['README.md', 'MANUAL.md'], interface: [] }, { globs: named }),
    'undecided',
    'MANUAL.md is asked for since',
    null,
  ],
  [
    'what another environment asks for',
    asked(named, { missing: ['MANUAL.md'], globs: { ...named, files: ['README.md', 'MANUAL.md'] } }),
    'done',
    'links that resolve',
  ],
]);
