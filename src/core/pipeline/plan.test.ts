import { expect, test } from 'vitest';

import { definitionOf, environmentOf } from '../../../test/harness/definition.ts';
import type { EnvironmentDefinition, IntegrationDefinition, Policy } from '../definition/integration.ts';
import { environmentsOf, planLines, planOf } from './plan.ts';

function environment(name: string, policy: Partial<Policy> = {}): EnvironmentDefinition {
  return environmentOf({ name, policy });
}

function integration(facts: Partial<IntegrationDefinition>): IntegrationDefinition {
  return { ...definitionOf('desk', [], []), ...facts };
}

const setup = { run: 'npm ci', timeoutMs: 1000, env: {} };
const watch = { seconds: 60, minRequests: 20, probePath: '/', errorRate: 0.02, p95Ms: null };
const uat = { testers: [], scenarios: [] };

function namesOf(definition: IntegrationDefinition, to: string): readonly string[] {
  return planOf(definition, to).stages.map(({ environment, name }) => `${environment ?? '-'} ${name}`);
}

test('without tests and policy, a ship builds, starts the candidate, verifies it and switches', () => {
  expect(namesOf(integration({ setup, environments: [environment('production')] }), 'production')).toEqual([
    '- checkout',
    '- build',
    '- package',
    'production prepare',
    'production verify',
    'production switch',
  ]);
});

test('suites and load judge the candidate in the order of the gates, people and traffic after the switch', () => {
  const gates = ['uat', 'security', 'rollback-rehearsal', 'performance', 'e2e'];
  const approval = { count: 1, approvers: ['ops@example.com'] };
  const definition = integration({
    setup,
    environments: [environment('staging', { gates, buildGates: ['unit', 'lint'], approval, watch, uat })],
  });
  expect(namesOf(definition, 'staging')).toEqual([
    '- checkout',
    '- build',
    '- package',
    '- setup',
    '- unit',
    '- lint',
    'staging approval',
    'staging prepare',
    'staging verify',
    'staging security',
    'staging performance',
    'staging e2e',
    'staging switch',
    'staging rollback-rehearsal',
    'staging watch',
    'staging uat',
  ]);
  expect(planOf(definition, 'staging').stages.filter(({ suite }) => suite !== undefined)).toEqual([
    { name: 'unit', kind: 'suite', environment: null, suite: 'unit' },
    { name: 'lint', kind: 'suite', environment: null, suite: 'lint' },
    { name: 'security', kind: 'suite', environment: 'staging', suite: 'security' },
    { name: 'e2e', kind: 'suite', environment: 'staging', suite: 'e2e' },
  ]);
});

test('a ship ends at the environment it is sent to, and sets up only for suites on the way', () => {
  const definition = integration({
    setup,
    environments: [environment('dev'), environment('staging', { gates: ['e2e'] }), environment('production')],
  });
  expect(namesOf(definition, 'dev')).not.toContain('- setup');
  expect(namesOf(definition, 'staging')).toContain('- setup');
  expect(namesOf(definition, 'staging').at(-1)).toBe('staging switch');
});

test('a migration runs after the approval and before the candidate starts, in each environment, with what setup makes', () => {
  const { stages } = planOf(
    integration({
      setup: { run: 'npm ci', timeoutMs: 1, env: {} },
      migrations: { run: 'node migrate.ts', kind: 'expand', timeoutMs: 1, files: [] },
      environments: [
        environment('dev'),
        environment('production', { approval: { count: 1, approvers: ['ops@example.com'] } }),
      ],
    }),
    'production',
  );
  expect(stages.map(({ name, environment: at }) => (at === null ? name : `${at} ${name}`))).toEqual([
    'checkout',
    'build',
    'package',
    'setup',
    'dev migrate',
    'dev prepare',
    'dev verify',
    'dev switch',
    'production approval',
    'production migrate',
    'production prepare',
    'production verify',
    'production switch',
  ]);
});

test('an environment that is not there is refused, and those that are there are named', () => {
  const definition = integration({ environments: [environment('dev'), environment('production')] });
  expect(() => planOf(definition, 'prod')).toThrow(
    expect.objectContaining({
      code: 'environment_not_found',
      hint: 'Did you mean production? Environments: dev, production.',
    }),
  );
});

test('each line of a plan names the gates that its stage decides', () => {
  const definition = integration({ environments: [environment('dev', { gates: ['e2e'], uat })] });
  expect(planLines(planOf(definition, 'dev')).filter(({ environment }) => environment === 'dev')).toEqual([
    { stage: 'prepare', environment: 'dev', gates: [] },
    { stage: 'verify', environment: 'dev', gates: [] },
    { stage: 'e2e', environment: 'dev', gates: ['e2e'] },
    { stage: 'switch', environment: 'dev', gates: [] },
    { stage: 'uat', environment: 'dev', gates: ['uat'] },
  ]);
});

test('the environments of a plan are those that it goes through, each once, in order', () => {
  const environments = ['dev', 'staging', 'production'].map((name) => environment(name, { watch }));
  expect(environmentsOf(planOf(integration({ environments }), 'staging'))).toEqual(['dev', 'staging']);
});

test('required items are judged right before the switch, and only where there are any', () => {
  const environments = [
    environment('dev', { gates: ['e2e'], requires: [] }),
    environment('production', { gates: ['e2e', 'rollback-rehearsal'], requires: ['testing'], watch }),
  ];
  expect(namesOf(integration({ environments }), 'production').slice(3)).toEqual([
    'dev prepare',
    'dev verify',
    'dev e2e',
    'dev switch',
    'production prepare',
    'production verify',
    'production e2e',
    'production checklist',
    'production switch',
    'production rollback-rehearsal',
    'production watch',
  ]);
});
