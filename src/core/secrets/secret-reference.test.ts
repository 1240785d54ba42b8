import { expect, test } from 'vitest';

import {
  parseSecretName,
  parseSecretReference,
  referencesIn,
  replaced,
  secretText,
  withoutVersions,
} from './secret-reference.ts';

test.each([
  ['secret://local/db#password', { provider: 'local', path: 'db', key: 'password', version: null }],
  [
    'secret://local/desk/eu-1/db.main#pass_word@12',
    { provider: 'local', path: 'desk/eu-1/db.main', key: 'pass_word', version: '12' },
  ],
  ['secret://aws-sm/a/b#c@AWSCURRENT', { provider: 'aws-sm', path: 'a/b', key: 'c', version: 'AWSCURRENT' }],
])('%s names a secret, and is written again as it was', (text, expected) => {
  const parsed = parseSecretReference(text);
  expect(parsed).toEqual(expected);
  expect(parsed === null ? null : secretText(parsed)).toBe(text);
});

test.each([
  'secret://local/db',
  'secret://local/#password',
  'secret://local/db#',
  'secret://local/db#password@',
  'secret://local//db#password',
  'secret://local/db/#password',
  'secret://local/../db#password',
  'secret://local/db#pass word',
  'secret://local/db#password#more',
  'secret://Local/db#password',
  'secret:local/db#password',
  ' secret://local/db#password',
  `secret://local/${'d'.repeat(300)}#password`,
])('%s is no reference', (text) => {
  expect(parseSecretReference(text)).toBeNull();
});

test('a name is a reference without its provider', () => {
  expect(parseSecretName('db#password@2')).toEqual({ path: 'db', key: 'password', version: '2' });
  expect(parseSecretName('password')).toBeNull();
});

test('references are found, replaced and freed of versions; other values stay as they are', () => {
  const env = { A: 'secret://local/db#password@2', B: 'plain', C: 'constructor' };
  expect(referencesIn([env, env])).toEqual(['secret://local/db#password@2']);
  expect(replaced(env, { 'secret://local/db#password@2': 'value' })).toEqual({ ...env, A: 'value' });
  expect(withoutVersions(env)).toEqual({ ...env, A: 'secret://local/db#password' });
});
