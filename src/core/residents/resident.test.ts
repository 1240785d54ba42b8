import { expect, test } from 'vitest';

import { componentOf } from '../../../test/harness/definition.ts';
import type { Component } from '../definition/integration.ts';
import { deployedOf, inOrderOfNeeds, residentNotice, residentInputs, residentsOf } from './resident.ts';
import type { ResidentPreparation } from '../places/target.ts';

const once = (name: string, own: Partial<Component> = {}): Component =>
  componentOf({ name, isPublic: false, scope: 'environment', ...own });

function preparation(
  own: Partial<Component> = {},
  env: Readonly<Record<string, string>> = {},
): ResidentPreparation {
  const shape = { replicas: 1, env, resources: { cpuMillis: null, memoryBytes: null } };
  return {
    integration: 'desk',
    environment: 'production',
    deployment: 'production-store',
    release: 'sha256:1',
    components: [{ ...once('store', own), artifact: 'sha256:a', shape }],
    baseEnv: {},
    resident: { port: 20_001 },
  };
}

test('a resident starts after those that it needs, and belongs to no deployment', () => {
  const components = [
    componentOf({ name: 'web', needs: ['store'] }),
    once('store', { needs: ['disk', 'clock'] }),
    once('disk', { needs: ['clock'] }),
    once('clock'),
  ];
  expect(residentsOf(components).map(({ name }) => name)).toEqual(['clock', 'disk', 'store']);
  expect(deployedOf(components).map(({ name }) => name)).toEqual(['web']);
});

test('those that need each other in a circle are none the less all there', () => {
  const components = [
    { name: 'a', needs: ['b'] },
    { name: 'b', needs: ['a', 'c'] },
    { name: 'c', needs: [] },
  ];
  expect(inOrderOfNeeds(components).map(({ name }) => name)).toEqual(['c', 'a', 'b']);
});

test('neither the release, nor how the artifact came about, makes a resident another one', () => {
  const same = {
    ...preparation({ path: 'other', exclude: ['*.md'] }),
    release: 'sha256:2',
    baseEnv: { PATH: '/bin' },
  };
  expect(residentInputs(same)).toEqual(residentInputs(preparation()));
});

test.each([
  ['its command', preparation({ run: 'node other.js' })],
  ['its health', preparation({ health: { ready: '/up', live: null, run: null, seconds: 3 } })],
  ['the version of a secret', preparation({}, { KEY: 'secret://local/store#key@2' })],
  ['`runtimes.node` of its release', { ...preparation(), resident: { port: 20_001, node: 24 } }],
  ['an address that it is given', { ...preparation(), urls: { disk: 'http://127.0.0.1:20002' } }],
])('%s makes a resident another one', (_, other) => {
  expect(residentInputs(other)).not.toEqual(residentInputs(preparation()));
});

test('whoever decides is told what becomes of it, and that a rollback does not undo it', () => {
  const store = { component: 'store', environment: 'production' };
  expect(residentNotice({ ...store, isNew: true })).toMatch(
    /^Starts store, .* a rollback does not end it\.$/,
  );
  expect(residentNotice({ ...store, isNew: false })).toMatch(
    /^Changes store, .* what is live uses the new one from then on, and a rollback does not bring the former one back\.$/,
  );
});
