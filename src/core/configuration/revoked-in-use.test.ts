import { expect, test } from 'vitest';

import { type RevokedUse, revokedInUse } from './revoked-in-use.ts';

const token = 'secret://local/model#token';

function use(environment: string, version: number, used: number | null): RevokedUse {
  const substitution = {
    revoked: `${token}@${version}`,
    used: used === null ? null : `${token}@${used}`,
  };
  return { environment, substitution };
}

test('a revoked version is one sentence, however many deployments run with it', () => {
  const uses = [...Array.from({ length: 16 }, () => use('dev', 1, 3)), use('production', 1, 3)];
  expect(revokedInUse(uses)).toEqual([
    'Secret model#token@1 is revoked, and 17 deployments still run with it (16 in dev, 1 in production): what starts again gets @3; deployer ship replaces what is live',
  ]);
});

test('versions are told apart, and one without a successor says what that means', () => {
  expect(revokedInUse([use('dev', 1, null), use('dev', 2, null)])).toEqual([
    'Secret model#token@1 is revoked, and 1 deployment still runs with it (1 in dev): nothing can start again with it; deployer ship replaces what is live',
    'Secret model#token@2 is revoked, and 1 deployment still runs with it (1 in dev): nothing can start again with it; deployer ship replaces what is live',
  ]);
  expect(revokedInUse([])).toEqual([]);
});
