import { expect, test } from 'vitest';

import { type HeldSubject, type Hold, holdAgainst, onHold, unholdCommand } from './hold.ts';

const hold: Hold = {
  release: 'r1',
  content: 'c1',
  environment: 'production',
  reason: 'errors',
  identity: 'deployer',
};
const subject: HeldSubject = {
  release: 'r1',
  content: 'c1',
  environment: 'production',
  configuration: 'f1',
};
/** The configuration of the held release: `f1` in production, none elsewhere. */
const configurationOf = (release: string, environment: string): string | null =>
  release === 'r1' && environment === 'production' ? 'f1' : null;

test.each<[string, Partial<HeldSubject>, Partial<Hold>, boolean]>([
  ['the held release itself', {}, {}, true],
  ['the held release, whatever its configuration is by now', { configuration: 'f2' }, {}, true],
  ['the held release in another environment', { environment: 'dev' }, {}, false],
  [
    'the held release anywhere, when it is held everywhere',
    { environment: 'dev' },
    { environment: null },
    true,
  ],
  ['another release of equal content and configuration', { release: 'r2' }, {}, true],
  [
    'another release of equal content, configured otherwise',
    { release: 'r2', configuration: 'f2' },
    {},
    false,
  ],
  ['another release of other content', { release: 'r2', content: 'c2' }, {}, false],
  [
    'equal content where the held release has no configuration',
    { release: 'r2', environment: 'dev' },
    { environment: null },
    false,
  ],
])('%s', (_, asked, standing, isHeld) => {
  const found = holdAgainst({ ...subject, ...asked }, [{ ...hold, ...standing }], configurationOf);
  expect(found !== null).toBe(isHeld);
});

test('the first hold that applies is named', () => {
  const elsewhere = { ...hold, environment: 'dev' };
  const second = { ...hold, reason: 'a person said so' };
  expect(holdAgainst(subject, [elsewhere, hold, second], configurationOf)).toBe(hold);
  expect(holdAgainst(subject, [], configurationOf)).toBeNull();
});

test.each([
  ['production', 'on hold in production', 'deployer unhold 1.4.0 --environment production --reason "…"'],
  [null, 'on hold everywhere', 'deployer unhold 1.4.0 --reason "…"'],
])('a hold in %s is lifted there', (environment, says, command) => {
  expect(onHold({ environment })).toBe(says);
  expect(unholdCommand('1.4.0', { environment })).toBe(command);
});
