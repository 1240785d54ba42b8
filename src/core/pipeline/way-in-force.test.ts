import { expect, test } from 'vitest';

import { definitionOf } from '../../../test/harness/definition.ts';
import { missingEnvironments, type StableEnvironment } from './way-in-force.ts';

const all = definitionOf('desk', [
  { name: 'dev' },
  { name: 'staging', policy: { gates: ['e2e'] } },
  { name: 'production' },
]);

function stable(name: string, before: readonly string[], definition = all): StableEnvironment {
  const found = definition.environments.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no ${name}`);
  return { environment: name, from: `${name}-1`, policy: found.policy, before };
}

const inForce = [stable('dev', []), stable('staging', ['dev']), stable('production', ['dev', 'staging'])];

function named(names: readonly string[]): { readonly environments: typeof all.environments } {
  const at = new Map(all.environments.map((each) => [each.name, each]));
  return { environments: names.flatMap((name) => at.get(name) ?? []) };
}

test.each([
  ['the same', ['dev', 'staging', 'production'], []],
  ['left out', ['dev', 'production'], ['staging before production']],
  ['moved behind', ['dev', 'production', 'staging'], ['staging before production']],
  ['one that judges nothing left out', ['staging', 'production'], []],
  ['the last one left out', ['dev', 'staging'], []],
  ['all but the last left out', ['production'], ['staging before production']],
])('environments of a commit, %s', (_, names, missing) => {
  const found = missingEnvironments(named(names), inForce);
  expect(found.map(({ environment, before }) => `${environment} before ${before}`)).toEqual(missing);
});

test('one in which nothing is stable has no policy in force, so nothing is lost with it', () => {
  const withoutStaging = inForce.filter(({ environment }) => environment !== 'staging');
  expect(missingEnvironments(named(['dev', 'production']), withoutStaging)).toEqual([]);
});

test('one whose gates went with an earlier release may go', () => {
  const loose = definitionOf('desk', [{ name: 'dev' }, { name: 'staging' }, { name: 'production' }]);
  const now = inForce.map((each) =>
    each.environment === 'staging' ? stable('staging', ['dev'], loose) : each,
  );
  expect(missingEnvironments(named(['dev', 'production']), now)).toEqual([]);
});
