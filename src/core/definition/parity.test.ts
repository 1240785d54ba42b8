import { expect, test } from 'vitest';

import { environmentOf } from '../../../test/harness/definition.ts';
import type { ComponentShape, EnvironmentDefinition } from './integration.ts';
import { parityOf } from './parity.ts';

function shape(replicas: number, env: Record<string, string> = {}): ComponentShape {
  return { replicas, env, resources: { cpuMillis: null, memoryBytes: null } };
}

function environment(
  name: string,
  facts: Partial<Pick<EnvironmentDefinition, 'shapes' | 'mirrors' | 'differs' | 'target'>>,
): EnvironmentDefinition {
  return environmentOf({ name, ...facts });
}

function parity(...environments: readonly EnvironmentDefinition[]): readonly string[] {
  return parityOf({ environments }).map(({ path, reason }) => `${path}: ${reason}`);
}

const production = environment('production', {
  shapes: { web: shape(2), api: shape(2), agent: shape(3, { LEVEL: 'warn' }) },
});

test('an environment like production has nothing to say', () => {
  expect(
    parity(environment('staging', { mirrors: 'production', shapes: production.shapes }), production),
  ).toEqual([]);
});

test('a difference of several components is one line, with the reason of the definition', () => {
  const staging = environment('staging', {
    mirrors: 'production',
    differs: { replicas: 'cost' },
    shapes: { ...production.shapes, web: shape(1), api: shape(1) },
  });
  expect(parity(staging, production)).toEqual([
    'environments.staging.replicas: 1 instead of 2 (web, api): cost',
  ]);
});

test('the reason nearest to the component is the one that is shown', () => {
  const staging = environment('staging', {
    mirrors: 'production',
    differs: { replicas: 'cost', 'components.agent': 'a smaller model', env: 'noise' },
    shapes: { ...production.shapes, web: shape(1), agent: shape(1, { LEVEL: 'debug' }) },
  });
  expect(parity(staging, production)).toEqual([
    'environments.staging.replicas: 1 instead of 2 (web): cost',
    'environments.staging.components.agent: 1 instead of 3: a smaller model',
    'environments.staging.components.agent: "debug" instead of "warn": a smaller model',
  ]);
});

test('an environment that mirrors nothing is compared with the last one', () => {
  const dev = environment('dev', {
    target: 'docker',
    shapes: {
      ...production.shapes,
      agent: { ...shape(3), resources: { cpuMillis: 500, memoryBytes: 2 ** 28 } },
    },
  });
  expect(parity(dev, production)).toEqual([
    'environments.dev.target: docker instead of process: dev does not mirror production',
    'environments.dev.components.agent.resources.cpu: 500m instead of no limit: dev does not mirror production',
    'environments.dev.components.agent.resources.memory: 256Mi instead of no limit: dev does not mirror production',
    'environments.dev.components.agent.env.LEVEL: nothing instead of "warn": dev does not mirror production',
  ]);
});

test('an environment is compared with the one it mirrors, not with the last one', () => {
  const original = environment('qa', { shapes: { web: shape(1) } });
  const copy = environment('dev', { mirrors: 'qa', shapes: { web: shape(1) } });
  const lines = parity(copy, original, environment('production', { shapes: { web: shape(2) } }));
  expect(lines).toEqual([
    'environments.qa.components.web.replicas: 1 instead of 2: qa does not mirror production',
  ]);
});
