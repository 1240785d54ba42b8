import { expect, test } from 'vitest';

import { deployer } from '../../../test/cli/command-line.ts';
import { stubServer } from '../../../test/cli/stub-server.ts';

const view = {
  dryRun: true,
  summary: '',
  policy: { releasesKept: 20, releaseDays: 30, rollbacksKept: 5, logDays: 30 },
  releases: [{ integration: 'desk', release: `sha256:${'a'.repeat(64)}`, version: '1.0.0' }],
  deployments: Array.from({ length: 10 }, (_, n) => ({ integration: 'desk', deployment: `dev-${n}` })),
  residents: [{ integration: 'desk', environment: 'production', component: 'store' }],
  runs: ['desk-1'],
  engineRecords: 3,
  workspaces: [],
  commits: 1,
  artifacts: { blobs: 2, bytes: 1_500_000 },
  problems: [],
} as const;

test('a dry run shows what would go, and what is kept', async () => {
  const { home, requests } = await stubServer({ prune: () => view });
  const { code, out } = await deployer(['prune', '--dry-run'], { home });
  expect(code).toBe(0);
  expect(requests.find(({ call }) => call === 'prune')?.body).toEqual({ dryRun: true });
  expect(out).toContain('Would go:');
  expect(out).toMatch(/releases +desk 1\.0\.0\n/);
  expect(out).toMatch(/deployments [^]*desk\s+dev-7\s+and\s+2\s+more/);
  expect(out).toMatch(/residents +desk\/production store\n/);
  expect(out).toMatch(/engine records +of 3 attempts\n/);
  expect(out).toMatch(/artifacts +1\.5 MB in 2 files/);
  expect(out).toContain('the newest 20 releases');
});

test('what could not be looked at is said, and exits 1', async () => {
  const { home } = await stubServer({
    prune: () => ({ ...view, dryRun: false, problems: ['a blob is damaged'] }),
  });
  const { code, out } = await deployer(['prune'], { home });
  expect(code).toBe(1);
  expect(out).toContain('✗ a blob is damaged');
});

test('nothing to prune is a sentence', async () => {
  const nothing = {
    ...view,
    releases: [],
    deployments: [],
    residents: [],
    runs: [],
    engineRecords: 0,
    commits: 0,
    artifacts: { blobs: 0, bytes: 0 },
  };
  const { home } = await stubServer({ prune: () => nothing });
  expect((await deployer(['prune'], { home })).out).toContain('Nothing to prune.');
});
