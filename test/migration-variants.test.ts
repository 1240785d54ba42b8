import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

import { examplesFolder } from '../src/cli/demo/examples-folder.ts';
import { loadSpec } from '../src/spec/load.ts';

const root = mkdtempSync(join(tmpdir(), 'migration-variants-'));
const desk = join(root, 'triage-desk');
const data = join(root, 'data');
const refund = join(data, 'refunds', 'R-1.json');

afterAll(() => rmSync(root, { recursive: true, force: true }));

cpSync(join(examplesFolder, 'triage-desk'), desk, {
  recursive: true,
  filter: (path) => !/node_modules|reports|weights\.json/.test(path),
});

/** Applies a variant and does what its `deployer.yaml` says to the data. */
function migrateTo(variant: string): { readonly kind: string; readonly record: unknown } {
  const env = { ...process.env, GIT_CEILING_DIRECTORIES: root };
  execFileSync('git', ['apply', join(examplesFolder, 'variants', `${variant}.patch`)], { cwd: desk, env });
  const { definition, problems } = loadSpec({
    text: readFileSync(join(desk, 'deployer.yaml'), 'utf8'),
    file: 'deployer.yaml',
    folder: '.',
    fileExists: (path) => existsSync(join(desk, path)),
  });
  expect(problems).toEqual([]);
  const { run = 'false', kind = 'none' } = definition?.migrations ?? {};
  for (const _ of ['once', 'and, after a crash, again']) {
    execFileSync('/bin/sh', ['-c', run.replace(/^node /, `${process.execPath} `)], {
      cwd: desk,
      env: { ...process.env, DATA_DIR: data },
    });
  }
  return { kind, record: JSON.parse(readFileSync(refund, 'utf8')) };
}

test('the variants of Triage Desk that migrate are valid, do what they say to old records, and may be repeated', () => {
  mkdirSync(join(data, 'refunds'), { recursive: true });
  writeFileSync(refund, JSON.stringify({ id: 'R-1', order: 'O-1', amount: 19.9, currency: 'EUR' }));
  expect(migrateTo('migrates-expand')).toEqual({
    kind: 'expand',
    record: { id: 'R-1', order: 'O-1', amount: 19.9, cents: 1990, currency: 'EUR' },
  });
  expect(migrateTo('migrates-contract')).toEqual({
    kind: 'contract',
    record: { id: 'R-1', order: 'O-1', cents: 1990, currency: 'EUR' },
  });
  expect(migrateTo('migrates-irreversible')).toEqual({
    kind: 'irreversible',
    record: { id: 'R-1', orderDigest: expect.stringMatching(/^[0-9a-f]{64}$/), cents: 1990, currency: 'EUR' },
  });
});
