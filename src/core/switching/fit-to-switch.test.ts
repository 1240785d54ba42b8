import { expect, test } from 'vitest';

import { answersUsers, downText, unfitToSwitch } from './fit-to-switch.ts';
import type { Observation, ReplicaObservation } from '../places/target.ts';

const well: ReplicaObservation = {
  index: 0,
  state: 'ready',
  pid: 1,
  address: '127.0.0.1:4000',
  restarts: 0,
  crashes: 0,
  startedAt: '2026-01-01T00:00:00.000Z',
  reason: null,
};

function seen(web: Partial<ReplicaObservation>, own: Partial<Observation> = {}): Observation {
  return {
    state: 'ready',
    reason: null,
    components: [
      { name: 'agent', replicas: [well] },
      { name: 'web', replicas: [well, { ...well, index: 1, ...web }] },
    ],
    endpoints: [],
    workersActive: null,
    ...own,
  };
}

test.each<[string, Observation, ReturnType<typeof unfitToSwitch>]>([
  ['all is well', seen({}), null],
  ['one took several tries to start', seen({ restarts: 2 }), null],
  [
    'one ended after it had been ready, and is back',
    seen({ restarts: 1, crashes: 1 }),
    {
      says: 'is not to be trusted: web ended after it had been ready, and was started again',
      component: 'web',
    },
  ],
  [
    'one is starting again',
    seen(
      { state: 'starting', reason: 'it exited with code 1', restarts: 1, crashes: 1 },
      { state: 'degraded', reason: 'Replica 1 of web is starting: it exited with code 1.' },
    ),
    { says: 'is degraded: Replica 1 of web is starting: it exited with code 1', component: 'web' },
  ],
  [
    'one says that it is not ready',
    seen({ state: 'unready', reason: 'GET /ready answered 503' }, { state: 'degraded', reason: 'no' }),
    { says: 'is degraded: no', component: 'web' },
  ],
  [
    'nothing runs',
    seen({}, { state: 'absent', reason: 'No supervisor looks after it.', components: [] }),
    { says: 'is absent: No supervisor looks after it', component: null },
  ],
])('%s', (_, observation, unfit) => {
  expect(unfitToSwitch(observation)).toEqual(unfit);
});

const gone = { ...well, state: 'unready' } as const;
const idle = { ...well, state: 'stopped' } as const;

test.each<[string, Observation['components'], boolean]>([
  ['all are ready', [{ name: 'web', replicas: [well, well] }], true],
  ['one replica of two is ready', [{ name: 'web', replicas: [gone, well] }], true],
  [
    'a worker waits to be started',
    [
      { name: 'web', replicas: [well] },
      { name: 'digest', replicas: [idle] },
    ],
    true,
  ],
  [
    'what the public one needs is down',
    [
      { name: 'web', replicas: [well] },
      { name: 'api', replicas: [gone] },
    ],
    false,
  ],
  ['everything has ended', [{ name: 'web', replicas: [idle] }], false],
  ['nothing of it runs', [], false],
])('whether users who go back are answered: %s', (_, components, answers) => {
  expect(answersUsers({ ...seen({}), components })).toBe(answers);
});

test.each<[string, Observation, string | null]>([
  ['a replica of each component is ready', seen({ state: 'unready' }), null],
  ['nobody could look', { ...seen({}), components: [], isUnseen: true }, null],
  [
    'a component has no ready replica',
    {
      ...seen({}),
      state: 'degraded',
      reason: 'Replica 0 of web is starting: it exited with code 4.',
      components: [{ name: 'web', replicas: [{ ...well, state: 'starting' }] }],
    },
    'p-1 is down: Replica 0 of web is starting: it exited with code 4',
  ],
  ['nothing of it runs', { ...seen({}), state: 'absent', components: [] }, 'p-1 is down (absent)'],
])('nobody is sent back to what is down: %s', (_, observation, text) => {
  expect(downText('p-1', observation)).toBe(text);
});
