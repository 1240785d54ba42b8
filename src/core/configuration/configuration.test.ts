import { expect, test } from 'vitest';

import { definitionOf } from '../../../test/harness/definition.ts';
import { comparable, configurationOf } from './configuration.ts';
import { planOf } from '../pipeline/plan.ts';
import { referencesFor } from '../secrets/secrets.ts';

const written = 'secret://local/db#password';
const [environment] = definitionOf('desk', [
  { name: 'production', env: { PASSWORD: written, LEVEL: 'info' } },
]).environments;
if (environment === undefined) throw new Error('no environment');

test('a configuration holds the versions that were decided', () => {
  const { components } = configurationOf(environment, { [written]: `${written}@3` });
  expect(components['web']?.env).toEqual({ PASSWORD: `${written}@3`, LEVEL: 'info' });
});

test('what a hold compares is the same for every version of a secret, and another one for another secret', () => {
  const [first, second, other] = [`${written}@1`, `${written}@2`, 'secret://local/eu/db#password@2'].map(
    (pin) => comparable(configurationOf(environment, { [written]: pin })),
  );
  expect(first).toEqual(second);
  expect(first).not.toEqual(other);
});

test('an environment needs the secrets of its components and of its suites, a build those of its own', () => {
  const suite = (name: string) => ({
    name,
    run: 'true',
    timeoutMs: 1,
    report: null,
    writes: false,
    env: { TOKEN: `secret://local/${name}#token` },
  });
  const definition = {
    ...definitionOf('desk', [
      { name: 'dev', policy: { buildGates: ['unit'] } },
      { name: 'production', env: { PASSWORD: written }, policy: { gates: ['smoke', 'uat'] } },
    ]),
    suites: { unit: suite('unit'), smoke: suite('smoke'), unused: suite('unused') },
    setup: { run: 'true', timeoutMs: 1, env: { TOKEN: 'secret://local/setup#token' } },
  };
  const shipped = { definition, plan: planOf(definition, 'production') };
  expect(referencesFor(shipped, null)).toEqual(['secret://local/setup#token', 'secret://local/unit#token']);
  expect(referencesFor(shipped, 'dev')).toEqual([]);
  expect(referencesFor(shipped, 'production')).toEqual([written, 'secret://local/smoke#token']);
});

test('what a migration gets is pinned and compared like what components get, and is absent where there is none', () => {
  const migrating = { ...environment, migrationEnv: { DATABASE_URL: written } };
  const at = (version: number) => configurationOf(migrating, { [written]: `${written}@${version}` });
  expect(at(3).migrationEnv).toEqual({ DATABASE_URL: `${written}@3` });
  expect(comparable(at(3))).toEqual(comparable(at(4)));
  expect(configurationOf(environment, {})).not.toHaveProperty('migrationEnv');
});
