import { expect, test } from 'vitest';

import { type FormerDeployment, heldPrevious, previousOf, rollbackReadiness } from './rollback.ts';

function former(deployment: string, own: Partial<FormerDeployment> = {}): FormerDeployment {
  return {
    deployment,
    release: `release of ${deployment}`,
    configuration: 'configuration',
    state: 'warm',
    hold: null,
    isPruned: false,
    leftBy: 'ship',
    ...own,
  };
}

const hold = { environment: 'production', reason: 'bad', identity: 'ops' };
const live = former('p-3', { state: 'live', leftBy: null });

test.each<{
  readonly what: string;
  readonly rows: readonly FormerDeployment[];
  readonly goesTo: string | null;
}>([
  { what: 'the one before', rows: [live, former('p-2'), former('p-1')], goesTo: 'p-2' },
  { what: 'nothing else was live', rows: [live], goesTo: null },
  { what: 'nothing was ever live', rows: [], goesTo: null },
  {
    what: 'the one before is on hold',
    rows: [live, former('p-2', { hold }), former('p-1')],
    goesTo: 'p-1',
  },
  {
    what: 'the one before was pruned',
    rows: [live, former('p-2', { state: 'retired', isPruned: true }), former('p-1')],
    goesTo: 'p-1',
  },
  {
    what: 'the one before is what is live under another name',
    rows: [live, former('p-2', { release: live.release }), former('p-1')],
    goesTo: 'p-1',
  },
  {
    what: 'the same release with another configuration is something else',
    rows: [live, former('p-2', { release: live.release, configuration: 'other' })],
    goesTo: 'p-2',
  },
  ...(['undo', 'watch', 'uat'] as const).map((leftBy) => ({
    what: `users were taken away from it by ${leftBy}`,
    rows: [live, former('p-2', { leftBy }), former('p-1')],
    goesTo: 'p-1',
  })),
  {
    what: 'it was rolled back, and its hold is lifted',
    rows: [live, former('p-2', { leftBy: 'rollback' })],
    goesTo: 'p-2',
  },
])('$what: $goesTo', ({ rows, goesTo }) => {
  expect(previousOf(rows.length === 0 ? null : live, rows)?.deployment ?? null).toBe(goesTo);
});

test.each([
  { what: 'the one before is on hold', rows: [live, former('p-2', { hold }), former('p-1')], held: 'p-2' },
  { what: 'an older one is', rows: [live, former('p-2'), former('p-1', { hold })], held: null },
  {
    what: 'one is that would not be gone back to',
    rows: [live, former('p-2', { hold, leftBy: 'watch' })],
    held: null,
  },
])('a hold in the way, when $what: $held', ({ rows, held }) => {
  expect(heldPrevious(live, rows)?.deployment ?? null).toBe(held);
});

test.each<{
  readonly facts: Partial<Parameters<typeof rollbackReadiness>[0]>;
  readonly ready: boolean;
  readonly says: RegExp;
}>([
  { facts: {}, ready: true, says: /is warm: one switch/ },
  {
    facts: { target: former('p-2', { state: 'retired' }) },
    ready: true,
    says: /brought back from its artifacts/,
  },
  {
    facts: { target: former('p-2', { state: 'retired' }), damagedArtifacts: ['web: damaged'] },
    ready: false,
    says: /^web: damaged$/,
  },
  {
    facts: {
      substituted: [{ revoked: 'secret://local/db#password@2', used: 'secret://local/db#password@3' }],
    },
    ready: true,
    says: /p-2 runs with a revoked secret: a copy of it is brought up.*db#password@2 is revoked: @3 is used/,
  },
  {
    facts: { substituted: [{ revoked: 'secret://local/db#password@2', used: null }] },
    ready: false,
    says: /db#password@2 is revoked, and so is every other version/,
  },
  {
    facts: { target: former('p-2', { state: 'retired' }), lockedSecrets: ['its key file is missing'] },
    ready: false,
    says: /^its key file is missing$/,
  },
  {
    facts: {
      noWayBack:
        'there is no way back to p-2: a contract migration has run that its release does not know (desk-3)',
    },
    ready: false,
    says: /^there is no way back to p-2/,
  },
  { facts: { target: null, hasEarlier: false }, ready: false, says: /^nothing was live before$/ },
  { facts: { target: null }, ready: false, says: /nothing that was live before is left/ },
  {
    facts: { target: null, held: former('p-1', { hold }) },
    ready: false,
    says: /^the release of p-1 is on hold: bad \(by ops\)$/,
  },
  { facts: { live: 'p-2' }, ready: false, says: /p-2 is live already/ },
  { facts: { wasStable: false }, ready: false, says: /p-2 was never live/ },
  { facts: { target: former('p-2', { hold }) }, ready: false, says: /of p-2 is on hold: bad \(by ops\)/ },
])('readiness: $says', ({ facts, ready, says }) => {
  const readiness = rollbackReadiness({
    target: former('p-2'),
    held: null,
    hasEarlier: true,
    wasStable: true,
    live: 'p-3',
    damagedArtifacts: [],
    substituted: [],
    lockedSecrets: [],
    noWayBack: null,
    ...facts,
  });
  expect(readiness.ready).toBe(ready);
  expect(readiness.reasons.join('; ')).toMatch(says);
});
