import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { definitionOf } from '../../../test/harness/definition.ts';
import { approvalOf, closesChange, isHumanGate, isInChange, opensChange, retryStages } from './change.ts';
import { type Plan, planOf } from './plan.ts';
import type { StageState } from './run.ts';

const watch = { seconds: 60, minRequests: 20, probePath: '/', errorRate: 0.02, p95Ms: null };
const uat = { testers: [], scenarios: [] };
const approval = { count: 1, approvers: ['ops@example.com'] };

const whole = plan([
  { name: 'dev', policy: { gates: ['e2e'], uat } },
  { name: 'production', policy: { approval, watch } },
]);

function plan(environments: Parameters<typeof definitionOf>[1]): Plan {
  const definition = definitionOf(
    'desk',
    environments.map(({ name, policy }) => ({ name, policy: { ...policy, buildGates: ['unit'] } })),
  );
  const setup = { run: 'npm ci', timeoutMs: 1000, env: {} };
  return planOf({ ...definition, setup }, definition.trigger.to);
}

/** `dev switch`, for each of the stages. */
function names({ stages }: Plan, indices: readonly number[] = [...stages.keys()]): readonly string[] {
  return indices.map((index) => `${stages[index]?.environment ?? '-'} ${stages[index]?.name}`);
}

function where(by: (plan: Plan, index: number) => boolean): readonly string[] {
  return names(
    whole,
    [...whole.stages.keys()].filter((index) => by(whole, index)),
  );
}

test('an environment is taken before its candidate is prepared, and given back before a person is waited for', () => {
  expect(where(opensChange)).toEqual(['dev prepare', 'production prepare']);
  expect(where(closesChange)).toEqual(['dev switch', 'production watch']);
});

test('only the approval of the own environment counts', () => {
  const stages = names(whole);
  const at = (name: string): number | null => approvalOf(whole, stages.indexOf(name));
  expect(at('production switch')).toBe(stages.indexOf('production approval'));
  expect(at('dev switch')).toBeNull();
  expect(at('- unit')).toBeNull();
});

const allStages = ['- checkout', '- build', '- package', '- setup', '- unit'];
const dev = ['dev prepare', 'dev verify', 'dev e2e', 'dev switch'];
const production = ['production prepare', 'production verify', 'production switch', 'production watch'];
const workspace = ['- checkout', '- build', '- setup'];

test.each([
  ['- build', [...allStages, ...dev, 'dev uat', 'production approval', ...production]],
  ['- unit', [...allStages, ...dev, 'dev uat', 'production approval', ...production]],
  ['dev prepare', [...workspace, ...dev, 'dev uat', 'production approval', ...production]],
  ['dev switch', [...workspace, ...dev, 'dev uat', 'production approval', ...production]],
  // Its deployment has ended with the run.
  ['dev uat', [...workspace, ...dev, 'dev uat', 'production approval', ...production]],
  ['production approval', ['production approval', ...production]],
  ['production watch', production],
])('after a failure in %s, a retry does what cannot be kept', (failed, expected) => {
  const at = names(whole).indexOf(failed);
  const states = whole.stages.map((_, index): StageState => (index < at ? 'passed' : 'failed'));
  expect(names(whole, retryStages(whole, states) ?? [])).toEqual(expected);
});

test('where every stage passed there is nothing to retry', () => {
  expect(
    retryStages(
      whole,
      whole.stages.map(() => 'passed'),
    ),
  ).toBeNull();
});

const anyPlan = fc
  .array(
    fc.record({
      gates: fc.subarray(['e2e', 'performance', 'rollback-rehearsal']),
      approval: fc.constantFrom(null, approval),
      uat: fc.constantFrom(null, uat),
      watch: fc.constantFrom(null, watch),
    }),
    { minLength: 1, maxLength: 3 },
  )
  .map((policies) => plan(policies.map((policy, at) => ({ name: `e${at}`, policy }))));

test('of any plan: a change is opened and closed once per environment, with all of its work and no person inside', () => {
  fc.assert(
    fc.property(anyPlan, (any) => {
      let open: string | null = null;
      const changed: (string | null)[] = [];
      for (const [index, stage] of any.stages.entries()) {
        if (opensChange(any, index)) {
          expect(open).toBeNull();
          open = stage.environment;
        }
        expect(isInChange(stage)).toBe(open !== null);
        if (open !== null) expect([stage.environment, isHumanGate(stage)]).toEqual([open, false]);
        if (closesChange(any, index)) {
          changed.push(open);
          open = null;
        }
      }
      expect(open).toBeNull();
      const environments = any.stages.flatMap(({ environment }) => environment ?? []);
      expect(changed).toEqual([...new Set(environments)]);
    }),
  );
});

test('of any plan: a retry begins where a candidate can be made, and leaves out nothing that has not passed', () => {
  fc.assert(
    fc.property(anyPlan, fc.nat(), (any, seed) => {
      const at = seed % any.stages.length;
      const states = any.stages.map((_, index): StageState => (index < at ? 'passed' : 'skipped'));
      const stages = retryStages(any, states) ?? [];
      expect(stages).toEqual([...new Set(stages)].sort((a, b) => a - b));
      for (let index = at; index < any.stages.length; index += 1) expect(stages).toContain(index);
      const kinds = stages.map((index) => any.stages[index]?.kind);
      for (const index of stages) {
        const stage = any.stages[index];
        if (stage === undefined || !isInChange(stage)) continue;
        const opening = any.stages.findIndex(
          (other, position) => other.environment === stage.environment && opensChange(any, position),
        );
        expect(stages).toContain(opening);
      }
      if (kinds.includes('suite')) expect(kinds).toContain('checkout');
    }),
  );
});
