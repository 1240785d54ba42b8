import { expect, test } from 'vitest';

import { isEndedByRollback, type OpenRun, type RollbackPlace } from './ended-by-rollback.ts';

const place: RollbackPlace = { environment: 'production', holder: 'desk-7', madeBy: 'desk-6' };
const judged = { environment: 'production' };

test.each<[string, boolean, OpenRun]>([
  ['the run that changes the environment', true, { id: 'desk-7', waiting: null, cancel: null }],
  ['one whose deployment is judged there', true, { id: 'desk-6', waiting: judged, cancel: null }],
  [
    'one that made it, and waits elsewhere by now',
    false,
    { id: 'desk-6', waiting: { environment: 'staging' }, cancel: null },
  ],
  ['one that made it, and waits for nobody', false, { id: 'desk-6', waiting: null, cancel: null }],
  ['another that waits there', false, { id: 'desk-5', waiting: judged, cancel: null }],
  [
    'one that a rollback there is ending',
    true,
    { id: 'desk-5', waiting: null, cancel: { cause: 'rollback', environment: 'production' } },
  ],
  [
    'one that a rollback elsewhere is ending',
    false,
    { id: 'desk-5', waiting: null, cancel: { cause: 'rollback', environment: 'staging' } },
  ],
  [
    'one that some rollback of an earlier version is ending',
    true,
    { id: 'desk-5', waiting: null, cancel: { cause: 'rollback' } },
  ],
  ['one that somebody cancels', false, { id: 'desk-5', waiting: null, cancel: { cause: 'cancel' } }],
])('%s: ended by a rollback %s', (_, isEnded, run) => {
  expect(isEndedByRollback(run, place)).toBe(isEnded);
});
