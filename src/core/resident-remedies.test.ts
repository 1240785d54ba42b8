import { expect, test } from 'vitest';

import { type ResidentFacts, residentRemedies } from './resident-remedies.ts';
import type { Observation } from './target.ts';

function seen(state: Observation['state']): Observation {
  return { state, reason: null, components: [], endpoints: [], workersActive: null };
}

function store(own: Partial<ResidentFacts> = {}): ResidentFacts {
  const deployment = 'production-store';
  return {
    component: 'store',
    deployment,
    isDecided: true,
    isBetween: false,
    observation: seen('ready'),
    ...own,
  };
}

const idle = false;
const changing = true;

test.each([
  ['is as decided', store(), idle, null],
  ['vanished', store({ observation: seen('absent') }), idle, 'restore-resident'],
  [
    'vanished while a run changes the environment',
    store({ observation: seen('absent') }),
    changing,
    'restore-resident',
  ],
  ['failed', store({ observation: seen('failed') }), idle, 'restart-resident'],
  ['failed while a run changes the environment', store({ observation: seen('failed') }), changing, null],
  ['is starting', store({ observation: seen('starting') }), idle, null],
  ['is being changed', store({ isBetween: true, observation: seen('absent') }), changing, null],
  ['was being changed by a run that is gone', store({ isBetween: true }), idle, 'put-back-resident'],
  [
    'never got ready, and its run is gone',
    store({ isBetween: true, isDecided: false }),
    idle,
    'put-back-resident',
  ],
  ['has never been ready', store({ isDecided: false, observation: seen('absent') }), idle, null],
] as const)('one that %s', (_, resident, isChanging, kind) => {
  const wanted = kind === null ? [] : [{ kind, component: 'store' }];
  expect(residentRemedies({ residents: [resident], isChanging })).toEqual(wanted);
});
