import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { definitionOf } from '../../../test/harness/definition.ts';
import type { IntegrationDefinition, Policy, Suite } from '../definition/integration.ts';
import { planOf } from './plan.ts';
import { judgedBy, judgingPolicy, missingGates, outdatedStages, policyChanges } from './policy-in-force.ts';

const watch = { seconds: 60, minRequests: 20, probePath: '/', errorRate: 0.02, p95Ms: null };
const limits = { p95Ms: 250, errorRate: 0.01, p95VsStable: null };
const load = { path: '/', body: null, rate: 50, durationSeconds: 20, timeoutMs: 1000 };

function policy(own: Partial<Policy> = {}): Policy {
  const [environment] = definitionOf('desk', [{ name: 'production', policy: own }]).environments;
  if (environment === undefined) throw new Error('no environment');
  return environment.policy;
}

function desk(own: Partial<Policy> = {}, parts: Partial<IntegrationDefinition> = {}): IntegrationDefinition {
  return { ...definitionOf('desk', [{ name: 'production', policy: own }]), ...parts };
}

function suite(name: string): Suite {
  return { name, run: 'true', report: null, writes: false, timeoutMs: 1000, env: {} };
}

test('whatever a commit says about policy, it can add tests and loosen nothing', () => {
  const strict = policy({
    gates: ['e2e', 'rollback-rehearsal', 'uat'],
    buildGates: ['unit'],
    approval: { count: 2, approvers: ['ops@example.com'] },
    watch,
    uat: { testers: [], scenarios: ['refuses an injection'] },
    compliance: { frameworks: ['HIPAA'], checks: ['privacy'], none: null },
    documentation: { files: ['README.md'], interface: ['schemas/*'] },
  });
  fc.assert(
    fc.property(
      fc.record({
        gates: fc.subarray(['e2e', 'performance', 'rollback-rehearsal', 'uat']),
        buildGates: fc.subarray(['unit', 'lint']),
        watch: fc.constantFrom(null, { ...watch, seconds: 1, errorRate: null }),
        approval: fc.constantFrom(null, { count: 1, approvers: ['dev@example.com'] }),
        uat: fc.constantFrom(null, { testers: ['dev@example.com'], scenarios: [] }),
        self: fc.constantFrom(null, 'a team of one'),
        compliance: fc.constant({ frameworks: [], checks: [], none: 'too much work' }),
        documentation: fc.constant({ files: [], interface: [] }),
      }),
      (brought) => {
        const judging = judgingPolicy(strict, policy(brought));
        const { gates, buildGates } = judging;
        expect(judging).toEqual({ ...strict, gates, buildGates });
        expect(gates).toEqual(expect.arrayContaining([...strict.gates]));
        expect(new Set(gates)).toEqual(new Set([...strict.gates, ...brought.gates]));
        expect(new Set(buildGates)).toEqual(new Set(['unit', ...brought.buildGates]));
      },
    ),
  );
});

test('a commit brings no gate of people by itself: who would be asked is said by what is in force', () => {
  const brought = policy({ gates: ['uat'], uat: { testers: ['dev@example.com'], scenarios: [] } });
  expect(judgingPolicy(policy(), brought)).toEqual(policy());
});

test('what is planned is what the judging policies ask for', () => {
  const strict = policy({ gates: ['e2e'], buildGates: ['unit'], watch });
  const plan = planOf(desk(), 'production', new Map([['production', strict]]));
  expect(plan).toEqual(planOf(desk(strict), 'production'));
});

test('where nothing is stable, a release brings its own gates', () => {
  const names = planOf(desk({ gates: ['e2e'] }), 'production').stages.map(({ name }) => name);
  expect(names).toContain('e2e');
});

test('a load test asks what the commit asks, as hard and with the limits that are in force', () => {
  const inForce = policy({
    gates: ['performance'],
    performance: { load: { rate: 100, durationSeconds: 60, timeoutMs: 500 }, limits },
  });
  const lax = { load: { ...load, path: '/v2', rate: 1 }, limits: { ...limits, p95Ms: 9000 } };
  const judged = judgedBy(desk({ gates: ['performance'] }, { performance: lax }), 'production', inForce);
  expect(judged.performance).toEqual({
    load: { path: '/v2', body: null, rate: 100, durationSeconds: 60, timeoutMs: 500 },
    limits,
  });
  expect(judged.environments[0]?.policy).toBe(inForce);
});

test.each<{ readonly gates: readonly string[]; readonly missing: readonly string[] }>([
  { gates: [], missing: [] },
  { gates: ['e2e'], missing: [] },
  { gates: ['uat', 'rollback-rehearsal'], missing: [] },
  { gates: ['e2e', 'security'], missing: ['security'] },
  { gates: ['performance'], missing: ['performance'] },
])('of the gates $gates, a commit with the suite e2e has no test for $missing', ({ gates, missing }) => {
  const definition = desk({}, { suites: { e2e: suite('e2e') } });
  const found = missingGates(definition, new Map([['production', policy({ gates })]]));
  expect(found).toEqual(missing.map((gate) => ({ gate, environment: 'production' })));
});

test('a suite that must pass at build time is required as well', () => {
  const found = missingGates(desk(), new Map([['production', policy({ buildGates: ['unit'] })]]));
  expect(found).toEqual([{ gate: 'unit', environment: 'production' }]);
});

test.each<{
  readonly what: string;
  readonly planned: Partial<Policy>;
  readonly now: Partial<Policy>;
  readonly other: readonly string[];
}>([
  { what: 'the same', planned: { gates: ['e2e'] }, now: { gates: ['e2e'] }, other: [] },
  { what: 'a gate more', planned: {}, now: { gates: ['e2e'] }, other: ['e2e'] },
  { what: 'a gate less', planned: { watch }, now: {}, other: ['watch'] },
  {
    what: 'an approval more',
    planned: {},
    now: { approval: { count: 1, approvers: [] } },
    other: ['approval'],
  },
  {
    what: 'other approvers, asked when it is their turn',
    planned: { approval: { count: 1, approvers: ['a@example.com'] } },
    now: { approval: { count: 2, approvers: ['b@example.com'] } },
    other: [],
  },
])('a plan is outdated by $what: $other', ({ planned, now, other }) => {
  const plan = planOf(desk(planned), 'production');
  expect(outdatedStages(plan, 'production', policy(now))).toEqual(other);
});

test('what a release changes about the policy is named', () => {
  const changes = policyChanges(
    policy({ approval: { count: 2, approvers: ['ops@example.com'] } }),
    policy({ approval: { count: 1, approvers: ['ops@example.com'] } }),
  );
  expect(changes).toEqual([{ path: 'approval.count', from: 2, to: 1 }]);
});

test('a commit adds frameworks, checks and documents at once, and its reason to check nothing counts when it is live', () => {
  const inForce = policy({ compliance: { frameworks: ['HIPAA'], checks: ['privacy'], none: null } });
  const added = policy({
    compliance: { frameworks: ['GDPR'], checks: ['privacy', 'erasure'], none: null },
    documentation: { files: ['README.md'], interface: [] },
  });
  expect(judgingPolicy(inForce, added)).toMatchObject({
    compliance: { frameworks: ['HIPAA', 'GDPR'], checks: ['privacy', 'erasure'] },
    documentation: { files: ['README.md'] },
  });
  const reason = policy({ compliance: { frameworks: [], checks: [], none: 'an internal toy' } });
  expect(judgingPolicy(policy(), reason).compliance?.none).toBeNull();
  expect(judgingPolicy(reason, policy()).compliance?.none).toBe('an internal toy');
  expect(policyChanges(judgingPolicy(policy(), reason), reason)).toEqual([
    { path: 'compliance.none', from: null, to: 'an internal toy' },
  ]);
});

test('a commit takes no item off the list of what is required, and one that it adds counts at once', () => {
  const inForce = policy({ requires: ['testing', 'approval'] });
  expect(judgingPolicy(inForce, policy()).requires).toEqual(['testing', 'approval']);
  const added = judgingPolicy(inForce, policy({ requires: ['compliance-checks', 'testing'] }));
  expect(added.requires).toEqual(['testing', 'approval', 'compliance-checks']);
  // A policy without any keeps its digest.
  expect(judgingPolicy(policy(), policy())).toEqual(policy());
  expect(outdatedStages(planOf(desk(), 'production'), 'production', inForce)).toEqual(['checklist']);
});
