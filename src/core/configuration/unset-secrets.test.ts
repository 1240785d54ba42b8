import { expect, test } from 'vitest';

import { unsetSecrets } from './unset-secrets.ts';

const stored = [
  {
    path: 'model',
    key: 'token',
    versions: [
      { version: 2, revoked: null },
      { version: 1, revoked: {} },
    ],
  },
  { path: 'old', key: 'token', versions: [{ version: 1, revoked: {} }] },
];

test.each([
  ['one that is set', 'secret://local/model#token', []],
  ['a version that is usable', 'secret://local/model#token@2', []],
  ['a version that is revoked', 'secret://local/model#token@1', ['model#token@1']],
  ['a version that there never was', 'secret://local/model#token@3', ['model#token@3']],
  ['one that was never set', 'secret://local/db#password', ['db#password']],
  ['another key of a path that has one', 'secret://local/model#key', ['model#key']],
  ['one of which every version is revoked', 'secret://local/old#token', ['old#token']],
  ['one of a provider that nobody can look into', 'secret://vault/db#password', []],
])('what a ship would be refused for: %s', (_, reference, expected) => {
  expect(unsetSecrets([reference, reference], stored)).toEqual(expected);
});
