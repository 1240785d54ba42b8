import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { type DeploymentState, occupiesPlace } from '../switching/deployment.ts';
import {
  defaultRetention,
  endedBeforeMs,
  prunable,
  type RetentionFacts,
  wantedCommits,
} from './retention.ts';

const dayMs = 24 * 3_600_000;
const nowMs = 1000 * dayMs;

const policies = fc.record({
  releasesKept: fc.integer({ min: 1, max: 6 }),
  releaseDays: fc.integer({ min: 0, max: 60 }),
  rollbacksKept: fc.integer({ min: 1, max: 4 }),
  logDays: fc.integer({ min: 0, max: 60 }),
});

const release = fc.integer({ min: 0, max: 11 }).map((n) => `r${n}`);
const past = fc.integer({ min: 0, max: 100 * dayMs }).map((ago) => nowMs - ago);
const states: readonly DeploymentState[] = [
  'preparing',
  'ready',
  'live',
  'warm',
  'draining',
  'retired',
  'failed',
];

const facts: fc.Arbitrary<RetentionFacts> = fc.record({
  nowMs: fc.constant(nowMs),
  releases: fc
    .uniqueArray(release)
    .chain((ids) =>
      fc.tuple(...ids.map((id) => past.map((at) => ({ release: id, commit: `c-${id}`, createdAtMs: at })))),
    ),
  deployments: fc.array(
    fc.record({
      deployment: fc.uuid(),
      release,
      run: fc.option(fc.integer({ min: 0, max: 5 }).map((n) => `run-${n}`)),
      state: fc.constantFrom(...states),
      stateAtMs: past,
    }),
  ),
  environments: fc.array(
    fc.record({ previous: fc.option(release), former: fc.array(release, { maxLength: 8 }) }),
    { maxLength: 3 },
  ),
  runs: fc
    .uniqueArray(fc.integer({ min: 0, max: 5 }))
    .chain((ids) =>
      fc.tuple(
        ...ids.map((n) =>
          fc
            .record({ of: release, release: fc.option(release), endedAtMs: fc.option(past) })
            .map(({ of, ...rest }) => ({ run: `run-${n}`, commit: `c-${of}`, ...rest })),
        ),
      ),
    ),
  heldCommits: fc.array(release.map((id) => `c-${id}`)),
});

test('nothing goes that runs, is warm, or that an environment would return to', () => {
  fc.assert(
    fc.property(facts, policies, (given, policy) => {
      const { releases, deployments } = prunable(given, policy);
      for (const each of given.deployments) {
        if (!occupiesPlace(each.state)) continue;
        expect(releases).not.toContain(each.release);
        expect(deployments).not.toContain(each.deployment);
      }
      for (const { previous, former } of given.environments) {
        expect(releases).not.toContain(previous);
        for (const listed of former.slice(0, policy.rollbacksKept)) expect(releases).not.toContain(listed);
      }
    }),
  );
});

test('nothing goes that an open run needs, its commit included', () => {
  fc.assert(
    fc.property(facts, policies, (given, policy) => {
      const { releases, deployments, runs } = prunable(given, policy);
      const commits = wantedCommits(given, releases);
      for (const open of given.runs.filter(({ endedAtMs }) => endedAtMs === null)) {
        expect(releases).not.toContain(open.release);
        expect(releases.map((id) => `c-${id}`)).not.toContain(open.commit);
        expect(runs).not.toContain(open.run);
        expect(commits).toContain(open.commit);
        const made = given.deployments.filter(({ run }) => run === open.run);
        for (const { deployment } of made) expect(deployments).not.toContain(deployment);
      }
    }),
  );
});

test('the newest releases stay, and the young ones', () => {
  fc.assert(
    fc.property(facts, policies, (given, policy) => {
      const { releases } = prunable(given, policy);
      const newest = given.releases.toSorted((a, b) => b.createdAtMs - a.createdAtMs);
      for (const { release: id } of newest.slice(0, policy.releasesKept)) expect(releases).not.toContain(id);
      for (const { release: id, createdAtMs } of given.releases) {
        if (nowMs - createdAtMs <= policy.releaseDays * dayMs) expect(releases).not.toContain(id);
      }
    }),
  );
});

test('the commits of what stays are wanted', () => {
  fc.assert(
    fc.property(facts, policies, (given, policy) => {
      const { releases } = prunable(given, policy);
      const commits = wantedCommits(given, releases);
      for (const { release: id, commit } of given.releases) {
        if (!releases.includes(id)) expect(commits).toContain(commit);
      }
      for (const held of given.heldCommits) expect(commits).toContain(held);
    }),
  );
});

const old: RetentionFacts = {
  nowMs,
  releases: [1, 2, 3].map((n) => ({ release: `r${n}`, commit: `c${n}`, createdAtMs: n * dayMs })),
  deployments: [
    { deployment: 'p-1', release: 'r1', run: 'run-1', state: 'retired', stateAtMs: 2 * dayMs },
    { deployment: 'p-3', release: 'r3', run: 'run-3', state: 'live', stateAtMs: 3 * dayMs },
  ],
  environments: [{ previous: null, former: [] }],
  runs: [{ run: 'run-1', commit: 'c1', release: 'r1', endedAtMs: 2 * dayMs }],
  heldCommits: [],
};

test('what is old and nobody needs may go', () => {
  const policy = { ...defaultRetention, releasesKept: 1 };
  expect(prunable(old, policy)).toEqual({ releases: ['r1', 'r2'], deployments: ['p-1'], runs: ['run-1'] });
  expect([...wantedCommits(old, ['r1', 'r2'])]).toEqual(['c3']);
});

test('a former release that stands in the list twice takes one place of it', () => {
  const environments = [{ previous: null, former: ['r3', 'r3', 'r2', 'r1'] }];
  const policy = { ...defaultRetention, releasesKept: 1, rollbacksKept: 2 };
  expect(prunable({ ...old, environments }, policy).releases).toEqual(['r1']);
});

test.each([
  [30, 30],
  [1, 1],
  [0, 1],
])('with logs of %i days, the engine keeps what it has of what ended within %i', (logDays, days) => {
  expect(endedBeforeMs(nowMs, { ...defaultRetention, logDays })).toBe(nowMs - days * dayMs);
});
