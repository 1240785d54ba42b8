import { expect, test } from 'vitest';

import { componentOf } from '../../../test/harness/definition.ts';
import type { Preparation } from '../../core/places/target.ts';
import { StoredPreparation } from './preparation.ts';

const shape = { replicas: 1, env: {}, resources: { cpuMillis: null, memoryBytes: null } };

function preparation(names: readonly string[]): Preparation {
  return {
    integration: 'desk',
    environment: 'production',
    deployment: 'production-store',
    release: 'sha256:1',
    components: names.map((name) => ({ ...componentOf({ name }), artifact: 'sha256:a', shape })),
    baseEnv: {},
  };
}

test('two components never have one DATA_DIR: what is stored as a resident is one', () => {
  const resident = { port: 17_000, node: 24 };
  const stored = { ...preparation(['store']), resident };
  expect(StoredPreparation.parse(stored)).toEqual(stored);
  expect(StoredPreparation.safeParse({ ...preparation(['store', 'cache']), resident }).success).toBe(false);
  expect(StoredPreparation.safeParse(preparation(['web', 'agent'])).success).toBe(true);
});
