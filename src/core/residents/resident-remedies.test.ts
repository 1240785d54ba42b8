import { expect, test } from 'vitest';

import { type ResidentFacts, residentRemedies } from './resident-remedies.ts';
import type { Observation } from '../places/target.ts';

function seen(state: Observation['state']): Observation {
  return { state, reason: null, components: [], endpoints: [], workersActive: null };
}

function store(own: Partial<ResidentFacts> = {}): ResidentFacts {
  const deployment = 'production-store';
  return {
    component: 'store',
    deployment,
    isDecided: true,
    changedBy: null,
    needs: [],
    observation: seen('ready'),
    ...own,
  };
}

const idle = null;
const changing = 'desk-2';

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
  ['is being changed', store({ changedBy: 'desk-2', observation: seen('absent') }), changing, null],
  ['was being changed by a run that is gone', store({ changedBy: 'desk-1' }), idle, 'put-back-resident'],
  [
    'was being changed by another run than the one that has the environment',
    store({ changedBy: 'desk-1' }),
    changing,
    'put-back-resident',
  ],
  [
    'was being changed when a rollback took the environment',
    store({ changedBy: 'desk-2', observation: seen('absent') }),
    'rollback-1',
    'put-back-resident',
  ],
  [
    'never got ready, and its run is gone',
    store({ changedBy: 'desk-1', isDecided: false }),
    idle,
    'put-back-resident',
  ],
  ['has never been ready', store({ isDecided: false, observation: seen('absent') }), idle, null],
] as const)('one that %s', (_, resident, holder, kind) => {
  const wanted = kind === null ? [] : [{ kind, component: 'store' }];
  expect(residentRemedies({ residents: [resident], holder })).toEqual(wanted);
});
