import { expect, test } from 'vitest';

import { DeployerError } from '../../errors.ts';
import { parseSecretReference, type SecretReference } from './secret-reference.ts';
import { pinned, pinNotice, type SecretStanding, substitution, substitutionText } from './secrets.ts';

const newest = 'secret://local/db#password';

test.each<[string, SecretStanding, string]>([
  [newest, { current: '3', named: 'unnamed' }, `${newest}@3`],
  [newest, { current: null, named: 'unnamed' }, 'secret_missing'],
  [`${newest}@2`, { current: '3', named: 'usable' }, `${newest}@2`],
  [`${newest}@2`, { current: '3', named: 'revoked' }, 'secret_revoked'],
  [`${newest}@4`, { current: '3', named: 'unknown' }, 'secret_missing'],
])('%s, of which stands %j, is decided as %s', (text, standing, decided) => {
  const found = pinned(referenceOf(text), standing);
  expect(found instanceof DeployerError ? found.code : found).toBe(decided);
});

test.each<[SecretStanding, string | null]>([
  [{ current: '3', named: 'usable' }, null],
  [{ current: '3', named: 'revoked' }, 'secret db#password@2 is revoked: @3 is used'],
  [
    { current: null, named: 'revoked' },
    'secret db#password@2 is revoked, and so is every other version of it',
  ],
])('what starts again with a version of which stands %j: %s', (standing, says) => {
  const found = substitution(`${newest}@2`, standing);
  expect(found === null ? null : substitutionText(found)).toBe(says);
});

test.each<[SecretStanding, RegExp | null]>([
  [{ current: '2', named: 'usable' }, null],
  [
    { current: '3', named: 'usable' },
    /^Secret db#password@2 is not the newest version any more, which is @3/,
  ],
  [
    { current: '3', named: 'revoked' },
    /^Secret db#password@2 was revoked since this was asked.* deployer cancel desk-3, then deployer retry desk-3 asks again\.$/,
  ],
])('who approves a version of which stands %j is told %s', (standing, says) => {
  const notice = pinNotice(referenceOf(`${newest}@2`), standing, 'desk-3');
  if (says === null) expect(notice).toBeNull();
  else expect(notice).toMatch(says);
});

function referenceOf(text: string): SecretReference {
  const reference = parseSecretReference(text);
  if (reference === null) throw new Error(`${text} is no reference`);
  return reference;
}
