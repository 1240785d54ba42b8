import { expect, test } from 'vitest';

import { componentOf } from '../../../test/harness/definition.ts';
import { withPorts } from './moved-residents.ts';
import type { Preparation } from '../places/target.ts';

const shape = { replicas: 1, env: {}, resources: { cpuMillis: null, memoryBytes: null } };
const deployed: Preparation = {
  integration: 'desk',
  environment: 'production',
  deployment: 'production-1',
  release: 'sha256:1',
  components: [{ ...componentOf({ name: 'web', needs: ['store'] }), artifact: 'sha256:a', shape }],
  baseEnv: { PATH: '/bin' },
  urls: { store: 'http://127.0.0.1:17001', queue: 'http://127.0.0.1:17002' },
};
const store: Preparation = {
  ...deployed,
  deployment: 'production-store',
  components: [{ ...componentOf({ name: 'store', needs: ['queue'] }), artifact: 'sha256:a', shape }],
  urls: { queue: 'http://127.0.0.1:17002' },
  resident: { port: 17_001, node: 24 },
};

test('a deployment is told the new address of a resident that has moved, and all else stays as it was frozen', () => {
  expect(withPorts(deployed, new Map([['store', 18_000]]))).toEqual({
    ...deployed,
    urls: { store: 'http://127.0.0.1:18000', queue: 'http://127.0.0.1:17002' },
  });
});

test('a resident listens at its new port, and finds those that it needs at theirs', () => {
  const ports = new Map([
    ['store', 18_000],
    ['queue', 18_001],
  ]);
  expect(withPorts(store, ports)).toEqual({
    ...store,
    urls: { queue: 'http://127.0.0.1:18001' },
    resident: { port: 18_000, node: 24 },
  });
});

test('one that listens nowhere still listens nowhere, and where nothing moved nothing changes', () => {
  const silent: Preparation = { ...store, resident: { port: null } };
  expect(withPorts(silent, new Map([['store', 18_000]]))).toEqual(silent);
  expect(withPorts(deployed, new Map())).toEqual(deployed);
});
