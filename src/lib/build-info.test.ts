import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

import { commitAll, scratchRepository } from '../../test/scratch-repository.ts';
import { buildInfo } from './build-info.ts';

function clone(): string {
  const folder = mkdtempSync(join(tmpdir(), 'deployer-build-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const repository = scratchRepository(join(folder, 'clone'), { 'package.json': '{"version":"1.2.3"}' });
  commitAll(repository, 'first');
  return repository.folder;
}

test('a clone is as old as its commit', async () => {
  expect(await buildInfo(clone())).toEqual({ version: '1.2.3', builtAt: '2026-01-02T04:04:05.000Z' });
});

test("a package inside someone's repository does not take its age", async () => {
  const installed = join(clone(), 'node_modules', 'deployer');
  mkdirSync(installed, { recursive: true });
  writeFileSync(join(installed, 'package.json'), '{"version":"2.0.0"}');
  expect(await buildInfo(installed)).toEqual({ version: '2.0.0', builtAt: '1970-01-01T00:00:00.000Z' });
});
