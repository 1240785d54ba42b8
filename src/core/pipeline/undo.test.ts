import { expect, test } from 'vitest';

import { type UndoFacts, type UndoPlan, undoPlan } from './undo.ts';

const live: UndoFacts = {
  stage: 'watch',
  verdict: 'fail',
  ending: 'failed',
  candidate: { deployment: 'p-2', state: 'live', replaces: 'p-1' },
  twins: [],
  stable: 'p-2',
  noWayBack: null,
  formerDown: null,
};
const noWayBack =
  'there is no way back to p-1: a contract migration has run that its release does not know (desk-3)';
const first = { deployment: 'p-1', state: 'live', replaces: null } as const;
const ready = { deployment: 'p-2', state: 'ready', replaces: 'p-1' } as const;

test.each<{ readonly what: string; readonly facts: Partial<UndoFacts>; readonly plan: Partial<UndoPlan> }>([
  {
    what: 'a watch that says no: users go back, the release is held, what they left stays to be looked at',
    facts: {},
    plan: { switchBackFrom: 'p-2', cause: 'watch', holds: true, drains: false, discards: [] },
  },
  { what: 'a UAT that says no does the same', facts: { stage: 'uat' }, plan: { cause: 'uat', holds: true } },
  {
    what: 'a UAT that nobody decided holds nothing back',
    facts: { stage: 'uat', ending: 'expired', verdict: 'fail' },
    plan: { switchBackFrom: 'p-2', cause: 'uat', holds: false, drains: true },
  },
  {
    what: 'a watch that is cancelled or undecided holds nothing back',
    facts: { ending: 'cancelled', verdict: null },
    plan: { switchBackFrom: 'p-2', holds: false, drains: true },
  },
  {
    what: 'a first deployment that is judged bad goes off the air and ends: nobody returns to it',
    facts: { candidate: first, stable: 'p-1' },
    plan: { switchBackFrom: 'p-1', holds: true, drains: true },
  },
  {
    what: 'a rehearsal that fails takes the users back and ends the candidate',
    facts: { stage: 'rollback-rehearsal' },
    plan: { switchBackFrom: 'p-2', cause: 'undo', holds: false, drains: true },
  },
  {
    what: 'a rehearsal that ended while the twin had the users gives them back from it',
    facts: { stage: 'rollback-rehearsal', candidate: { ...first, state: 'warm' }, twins: ['p-2'] },
    plan: { switchBackFrom: 'p-2', drains: true, discards: [] },
  },
  {
    what: 'a twin without users ends with the rest',
    facts: { stage: 'rollback-rehearsal', candidate: first, twins: ['p-2'], stable: 'p-1' },
    plan: { switchBackFrom: 'p-1', discards: ['p-2'] },
  },
  {
    what: 'nobody goes back to what is down: users stay, the release is held, and the next fix may come in',
    facts: { formerDown: 'p-1 is down: it exited with code 4' },
    plan: {
      stays: 'p-1 is down: it exited with code 4',
      freezes: false,
      switchBackFrom: null,
      holds: true,
      discards: [],
    },
  },
  {
    what: 'across a migration nobody goes back, and nothing new comes in, whether the former one is down or not',
    facts: { noWayBack, formerDown: 'p-1 is down' },
    plan: { stays: noWayBack, freezes: true, switchBackFrom: null },
  },
  {
    what: 'a candidate that never had users ends, and nobody else is touched',
    facts: { stage: 'suite', candidate: ready, stable: 'p-1' },
    plan: { switchBackFrom: null, holds: false, drains: false, discards: ['p-2'] },
  },
  {
    what: 'what somebody else has changed since is not undone',
    facts: { candidate: { ...ready, state: 'warm' }, stable: 'p-3' },
    plan: { switchBackFrom: null, holds: false, drains: false, discards: [] },
  },
  {
    what: 'across a contract migration users stay, and what a watch judged bad is held all the same',
    facts: { noWayBack },
    plan: { stays: noWayBack, switchBackFrom: null, holds: true, drains: false, discards: [] },
  },
  {
    what: 'across one, a cancel leaves users where they are, and holds nothing back',
    facts: { noWayBack, ending: 'cancelled', verdict: null },
    plan: { stays: noWayBack, switchBackFrom: null, holds: false },
  },
  {
    what: 'across one, a rehearsal that ended while the twin had the users leaves them there',
    facts: {
      noWayBack,
      stage: 'rollback-rehearsal',
      candidate: { ...live.candidate, state: 'warm' },
      twins: ['p-3', 'p-4'],
      stable: 'p-3',
    },
    plan: { stays: noWayBack, switchBackFrom: null, discards: ['p-4'] },
  },
  {
    what: 'before the switch a candidate ends across one as well: nobody has to go back',
    facts: { noWayBack, stage: 'verify', candidate: ready, stable: 'p-1' },
    plan: { stays: null, switchBackFrom: null, discards: ['p-2'] },
  },
  {
    what: 'a first deployment goes off the air across one as well: there is nothing that could not live with it',
    facts: { noWayBack, candidate: first, stable: 'p-1' },
    plan: { stays: null, switchBackFrom: 'p-1' },
  },
])('$what', ({ facts, plan }) => {
  expect(undoPlan({ ...live, ...facts })).toMatchObject(plan);
});
