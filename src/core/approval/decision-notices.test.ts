import { expect, test } from 'vitest';

import {
  descentNotice,
  heldNotice,
  historyElsewhereNotice,
  usersElsewhereNotice,
} from './decision-notices.ts';
import type { Hold } from '../order/hold.ts';

const hold: Hold = {
  release: 'r1',
  content: 'c1',
  environment: 'dev',
  reason: 'it loses tickets',
  identity: 'qa@example.com',
};

test.each<[Partial<Hold>, string]>([
  [{}, 'On hold in dev: it loses tickets (by qa@example.com).'],
  [{ environment: null }, 'On hold everywhere: it loses tickets (by qa@example.com).'],
  [{ reason: 'it loses tickets.' }, 'On hold in dev: it loses tickets (by qa@example.com).'],
  [{ identity: 'deployer' }, 'On hold in dev: it loses tickets (by deployer itself).'],
  [{ reason: 'left for dev-2 by qa@example.com' }, 'On hold in dev: left for dev-2 by qa@example.com.'],
])('a release that is on hold: %j', (own, says) => {
  expect(heldNotice({ ...hold, ...own })).toBe(says);
});

test.each([
  ['dev-2', null],
  ['dev-3', 'dev-2, which is judged here, does not have the users any more: dev-3 has them.'],
  [null, 'dev-2, which is judged here, does not have the users any more: dev is off the air.'],
])('dev-2 is judged while %s has the users: %s', (stable, says) => {
  expect(usersElsewhereNotice({ environment: 'dev', deployment: 'dev-2', stable })).toBe(says);
});

const held = { version: '1.1.0', commit: 'bad' };
const says = 'Descends from 1.1.0, which is on hold in dev: it loses tickets (by qa@example.com).';

test.each([
  { what: 'it does not descend', descends: false, live: null, notice: null },
  { what: 'nothing is live', descends: true, live: null, notice: says },
  { what: 'an earlier one is live', descends: true, live: { commit: 'old', descends: false }, notice: says },
  { what: 'the held one is live', descends: true, live: { commit: 'bad', descends: true }, notice: says },
  {
    what: 'users have a later commit already',
    descends: true,
    live: { commit: 'later', descends: true },
    notice: null,
  },
])('descent from a held release when $what: $notice', ({ descends, live, notice }) => {
  expect(descentNotice({ hold, held, descends, live })).toBe(notice);
});

test('who decides at another host is told what is said only where the commits are, and how to see it', () => {
  expect(historyElsewhereNotice({ name: 'build', home: '/srv/deployer' }, 'desk-7')).toBe(
    'Its history is on build (/srv/deployer): whether it descends from a release on hold, or is older than what is ' +
      'live, is said only there (on build: DEPLOYER_HOME=/srv/deployer deployer approve desk-7).',
  );
});
