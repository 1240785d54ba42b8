import { expect, test } from 'vitest';

import type { ReplicaObservation } from '../../core/places/target.ts';
import { observationOf, type ObservedComponent } from './observation.ts';

function replica(state: ReplicaObservation['state'], index = 0): ReplicaObservation {
  const reason = state === 'ready' ? null : `it is ${state}`;
  return {
    index,
    state,
    pid: 1,
    address: `127.0.0.1:${4000 + index}`,
    restarts: 0,
    crashes: 0,
    startedAt: null,
    reason,
  };
}

function component(
  name: string,
  replicas: readonly ReplicaObservation[],
  own: Partial<ObservedComponent> = {},
): ObservedComponent {
  return { name, isPublic: false, activation: 'always', replicas, ...own };
}

const worker = (state: ReplicaObservation['state']) =>
  component('digest', [replica(state)], { activation: 'when-live' });
const ready = component('agent', [replica('ready')]);

test.for([
  { components: [ready], wasReady: true, workersActive: false, state: 'ready' },
  {
    components: [ready, component('gateway', [replica('starting')])],
    wasReady: false,
    workersActive: false,
    state: 'starting',
  },
  {
    components: [ready, component('gateway', [replica('stopped')])],
    wasReady: false,
    workersActive: false,
    state: 'starting',
  },
  {
    components: [ready, component('gateway', [replica('failed')])],
    wasReady: false,
    workersActive: false,
    state: 'failed',
  },
  {
    components: [component('gateway', [replica('ready'), replica('failed', 1)])],
    wasReady: false,
    workersActive: false,
    state: 'failed',
  },
  {
    components: [component('gateway', [replica('ready'), replica('starting', 1)])],
    wasReady: true,
    workersActive: false,
    state: 'degraded',
  },
  {
    components: [component('gateway', [replica('unready')])],
    wasReady: true,
    workersActive: false,
    state: 'degraded',
  },
  { components: [ready, worker('stopped')], wasReady: true, workersActive: false, state: 'ready' },
  { components: [ready, worker('ready')], wasReady: true, workersActive: true, state: 'ready' },
  { components: [ready, worker('starting')], wasReady: true, workersActive: true, state: 'degraded' },
  { components: [ready, worker('failed')], wasReady: true, workersActive: true, state: 'degraded' },
  { components: [worker('stopped')], wasReady: true, workersActive: false, state: 'ready' },
] as const)('case %#: $state', ({ state, ...deployment }) => {
  const observation = observationOf(deployment);
  expect(observation.state).toBe(state);
  expect(observation.reason === null).toBe(state === 'ready');
});

test('endpoints are the ready replicas of the public component, and only those', () => {
  const gateway = component('gateway', [replica('ready'), replica('unready', 1), replica('ready', 2)], {
    isPublic: true,
  });
  const { endpoints, reason } = observationOf({
    components: [gateway, ready],
    wasReady: true,
    workersActive: false,
  });
  expect(endpoints).toEqual(['127.0.0.1:4000', '127.0.0.1:4002']);
  expect(reason).toBe('Replica 1 of gateway is unready: it is unready.');
});

test('whether workers are wanted is null where there are none', () => {
  expect(
    observationOf({ components: [ready], wasReady: true, workersActive: false }).workersActive,
  ).toBeNull();
  const withWorker = { components: [ready, worker('stopped')], wasReady: true, workersActive: false };
  expect(observationOf(withWorker).workersActive).toBe(false);
});
