import { expect, test } from 'vitest';

import {
  type DeploymentFacts,
  type EnvironmentFacts,
  heldUp,
  remedies,
  restartPauseMs,
} from './convergence.ts';
import type { ResidentFacts } from '../residents/resident-remedies.ts';
import { emptyRouteTable, type RouteTable, withStable } from '../switching/route-table.ts';
import type { Observation } from '../places/target.ts';

const nowMs = 1_000_000;
const table: RouteTable = withStable(emptyRouteTable, 'live');

function observation(own: Partial<Observation> = {}): Observation {
  return { state: 'ready', reason: null, components: [], endpoints: ['a'], workersActive: null, ...own };
}

function deployment(name: string, own: Partial<DeploymentFacts> = {}): DeploymentFacts {
  return {
    deployment: name,
    state: name === 'live' ? 'live' : 'warm',
    stateAtMs: nowMs - 1000,
    warmUntilMs: null,
    hasWorkers: false,
    hasRunningWorkers: false,
    drainDeadlineMs: 60_000,
    needs: [],
    observation: observation(),
    ...own,
  };
}

function environment(own: Partial<EnvironmentFacts> = {}): EnvironmentFacts {
  return {
    table,
    edge: { generation: table.generation, table, backends: { live: ['a'] }, active: {}, isOutdated: false },
    holder: null,
    needed: new Set(['live']),
    deployments: [deployment('live')],
    restored: null,
    residents: [],
    unknown: [],
    nowMs,
    ...own,
  };
}

const absent = observation({ state: 'absent', endpoints: [] });
const expired = { warmUntilMs: nowMs - 1 };
const withWorkers = (workersActive: boolean, hasRunningWorkers: boolean): Partial<DeploymentFacts> => ({
  hasWorkers: true,
  hasRunningWorkers,
  observation: observation({ workersActive }),
});

test('an environment that is as it was decided needs nothing', () => {
  expect(remedies(environment({ deployments: [deployment('live'), deployment('old')] }))).toEqual([]);
});

test('an edge that does not run is started; what it routes by comes with the next look', () => {
  expect(remedies(environment({ edge: null }))).toEqual([{ kind: 'start-edge' }]);
});

test.each<[string, Partial<EnvironmentFacts>, number, boolean]>([
  ['nothing is open', {}, 0, true],
  ['something is open', {}, 1, false],
  ['a run changes the environment', { holder: 'run-1' }, 0, false],
])('an edge of an older Deployer, while %s', (_, own, open, isReplaced) => {
  const active = { live: 0, old: open };
  const edge = { generation: table.generation, table, backends: { live: ['a'] }, active, isOutdated: true };
  expect(remedies(environment({ edge, ...own }))).toEqual(isReplaced ? [{ kind: 'replace-edge' }] : []);
});

test('an edge with an older table, or with other addresses, is told', () => {
  const edge = { generation: 0, table, backends: { live: ['a'] }, active: {}, isOutdated: false };
  expect(remedies(environment({ edge }))).toEqual([{ kind: 'push-routes', because: 'older-table' }]);
  const moved = { ...edge, generation: table.generation, backends: { live: ['b'] } };
  expect(remedies(environment({ edge: moved }))).toEqual([
    { kind: 'push-routes', because: 'other-addresses' },
  ]);
});

test('what users have comes back before what is kept for them, however old it is', () => {
  const deployments = [
    deployment('newer', { observation: absent }),
    deployment('live', { observation: absent }),
  ];
  expect(remedies(environment({ deployments }))).toEqual([
    { kind: 'restore', deployment: 'live' },
    { kind: 'restore', deployment: 'newer' },
  ]);
});

test.each<{ readonly what: string; readonly own: Partial<DeploymentFacts>; readonly does: string | null }>([
  { what: 'a warm one whose time is over', own: expired, does: 'drain' },
  {
    what: 'a warm one whose time is over and that has vanished',
    own: { ...expired, observation: absent },
    does: 'drain',
  },
  { what: 'a warm one whose time is not over', own: { warmUntilMs: nowMs + 1 }, does: null },
  { what: 'a vanished warm one', own: { observation: absent }, does: 'restore' },
  { what: 'a draining one with nothing open', own: { state: 'draining' }, does: 'retire' },
  { what: 'a candidate whose run has ended', own: { state: 'ready' }, does: 'discard' },
  {
    what: 'one that was being prepared when its run ended',
    own: { state: 'preparing', observation: absent },
    does: 'discard',
  },
  { what: 'a failed warm one', own: { observation: observation({ state: 'failed' }) }, does: 'restart' },
  { what: 'a degraded one', own: { observation: observation({ state: 'degraded' }) }, does: null },
])('$what: $does', ({ own, does }) => {
  const deployments = [deployment('live'), deployment('old', own)];
  expect(remedies(environment({ deployments })).map(({ kind }) => kind)).toEqual(does === null ? [] : [does]);
});

test('what a run judges or would return to stays', () => {
  for (const own of [expired, { state: 'ready' } as const]) {
    const deployments = [deployment('live'), deployment('old', own)];
    expect(remedies(environment({ deployments, needed: new Set(['live', 'old']) }))).toEqual([]);
  }
});

test('while something changes the environment, hand-overs, candidates and retirements are its own business', () => {
  const deployments = [
    deployment('live', withWorkers(false, false)),
    deployment('old', { ...withWorkers(true, true), ...expired }),
    deployment('next', { state: 'ready' }),
    deployment('next-but-gone', { state: 'ready', observation: absent }),
    deployment('failed', { observation: observation({ state: 'failed' }) }),
  ];
  expect(remedies(environment({ deployments, holder: 'desk-2' }))).toEqual([]);
});

test('a draining one keeps what is open until its deadline', () => {
  const edge = {
    generation: table.generation,
    table,
    backends: { live: ['a'] },
    active: { old: 2 },
    isOutdated: false,
  };
  const draining = (stateAtMs: number): EnvironmentFacts =>
    environment({
      edge,
      deployments: [deployment('live'), deployment('old', { state: 'draining', stateAtMs })],
    });
  expect(remedies(draining(nowMs - 59_999))).toEqual([]);
  expect(remedies(draining(nowMs - 60_000))).toEqual([{ kind: 'retire', deployment: 'old' }]);
});

test('a draining one stays as long as the edge has a table from before', () => {
  const edge = {
    generation: table.generation - 1,
    table,
    backends: { live: ['a'] },
    active: {},
    isOutdated: false,
  };
  const deployments = [deployment('live'), deployment('old', { state: 'draining' })];
  expect(remedies(environment({ edge, deployments })).map(({ kind }) => kind)).toEqual(['push-routes']);
});

test('workers of two deployments never run at once: the others end first, and are gone before the next start', () => {
  const at = (old: Partial<DeploymentFacts>): readonly unknown[] =>
    remedies(
      environment({ deployments: [deployment('live', withWorkers(false, false)), deployment('old', old)] }),
    );
  expect(at(withWorkers(true, true))).toEqual([{ kind: 'stop-workers', deployment: 'old' }]);
  expect(at(withWorkers(false, true))).toEqual([]);
  expect(at(withWorkers(false, false))).toEqual([{ kind: 'start-workers', deployment: 'live' }]);
});

test('what fails again and again is restarted in growing intervals, with an end to their growth', () => {
  expect([0, 1, 2, 5, 6, 100].map(restartPauseMs)).toEqual([5000, 10_000, 20_000, 160_000, 300_000, 300_000]);
});

test('an edge that is ahead is told nothing: it would refuse', () => {
  const ahead = {
    generation: table.generation + 3,
    table,
    backends: { live: ['b'] },
    active: {},
    isOutdated: false,
  };
  expect(remedies(environment({ edge: ahead }))).toEqual([]);
});

test('after a restore the deployment comes back before the edge is told of it', () => {
  const newer = { ...withStable(emptyRouteTable, 'later'), generation: table.generation + 3 };
  const edge = { generation: newer.generation, table: newer, backends: {}, active: {}, isOutdated: false };
  const restored = { backupAt: '2026-01-01T00:00:00.000Z', at: '2026-01-02T00:00:00.000Z', by: 'ops' };
  const facts = environment({ edge, restored, unknown: ['later'] });
  const gone = { ...facts, deployments: [deployment('live', { observation: absent })] };
  expect(remedies(gone)).toEqual([{ kind: 'restore', deployment: 'live' }]);
  expect(remedies(facts)).toEqual([{ kind: 'overtake', generation: newer.generation + 1 }]);
  expect(remedies({ ...facts, holder: 'desk-2' })).toEqual([]);
});

test('workers do not start beside those of a deployment that nobody knows', () => {
  const deployments = [deployment('live', withWorkers(false, false))];
  expect(remedies(environment({ deployments, unknown: ['later'] }))).toEqual([]);
  expect(remedies(environment({ deployments }))).toEqual([{ kind: 'start-workers', deployment: 'live' }]);
});

test('what an edge that is ahead sends users to is left alone, whatever the backup says of it', () => {
  const newer = { ...withStable(emptyRouteTable, 'other'), generation: table.generation + 3 };
  const edge = { generation: newer.generation, table: newer, backends: {}, active: {}, isOutdated: false };
  for (const state of ['preparing', 'ready', 'warm', 'draining'] as const) {
    const other = deployment('other', { state, stateAtMs: 0, ...expired });
    const facts = environment({ edge, deployments: [deployment('live', { observation: absent }), other] });
    expect(remedies(facts)).toEqual([{ kind: 'restore', deployment: 'live' }]);
  }
});

function resident(component: string, own: Partial<ResidentFacts> = {}): ResidentFacts {
  const deployment = `production-${component}`;
  const seen = observation();
  return { component, deployment, isDecided: true, changedBy: null, needs: [], observation: seen, ...own };
}

const failed = observation({ state: 'failed' });

test.each<[string, Partial<DeploymentFacts>]>([
  ['vanished', { observation: absent }],
  ['failed', { observation: failed }],
  ['waits for its workers', withWorkers(false, false)],
])('what needs a resident is not started while nothing of that runs: one that %s', (_, own) => {
  const facts = environment({
    deployments: [
      deployment('live', { needs: ['store'], ...own }),
      deployment('old', { observation: absent }),
    ],
    residents: [resident('store', { observation: absent })],
  });
  expect(remedies(facts)).toEqual([
    { kind: 'restore-resident', component: 'store' },
    // It needs none.
    { kind: 'restore', deployment: 'old' },
  ]);
});

test.each(['starting', 'degraded', 'failed', 'ready'] as const)(
  'one whose supervisor lives keeps nobody from starting, as its address is its own: %s',
  (state) => {
    const facts = environment({
      deployments: [deployment('live', { needs: ['store'], observation: absent })],
      residents: [resident('store', { observation: observation({ state }) })],
    });
    expect(remedies(facts)).toContainEqual({ kind: 'restore', deployment: 'live' });
    expect(heldUp(facts)).toEqual([]);
  },
);

test('a resident waits for those that it needs, but not when they need each other in a circle', () => {
  const disk = resident('disk', { observation: absent });
  const store = resident('store', { observation: absent, needs: ['disk'] });
  expect(remedies(environment({ residents: [disk, store] }))).toEqual([
    { kind: 'restore-resident', component: 'disk' },
  ]);
  const circle = [resident('disk', { observation: absent, needs: ['store'] }), store];
  expect(remedies(environment({ residents: circle }))).toEqual([
    { kind: 'restore-resident', component: 'disk' },
  ]);
});

test('what waits for a resident is named with it; what runs, or is a candidate, does not wait', () => {
  const needs = ['store'];
  const facts = environment({
    deployments: [
      deployment('live', { needs, observation: absent }),
      deployment('old', { needs }),
      deployment('next', { needs, state: 'ready', observation: absent }),
    ],
    residents: [resident('store', { observation: absent })],
  });
  expect(heldUp(facts)).toEqual([{ name: 'live', by: ['store'] }]);
});
