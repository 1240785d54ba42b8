import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

import { deployer } from '../../../test/cli/command-line.ts';
import { stubServer } from '../../../test/cli/stub-server.ts';
import { helloSpec } from '../../../test/harness/hello.ts';
import { DeployerError } from '../../errors.ts';

const unknown = {
  checklist: () => {
    throw new DeployerError('integration_not_found', {
      message: 'There is no hello.',
      hint: 'deployer ship',
    });
  },
};

test.each([
  ['md', /^# Deployment Checklist: hello/],
  ['html', /^<!doctype html>/],
  ['csv', /Approval/],
  ['json', /"integration":"hello"/],
])('before the first ship there is a checklist as %s as well', async (format, expected) => {
  const folder = mkdtempSync(join(tmpdir(), 'deployer-checklist-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'web'));
  writeFileSync(join(folder, 'deployer.yaml'), JSON.stringify(helloSpec()));
  const { home } = await stubServer(unknown);
  const { code, out, err } = await deployer(['checklist', '--format', format], { home, cwd: folder });
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toMatch(expected);
});
