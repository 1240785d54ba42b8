import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { claimExclusively, releaseClaim } from './exclusive-claim.ts';
import { identifyProcess, type ProcessIdentity } from './process-identity.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'claim-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

test('a free name is claimed once, and again by its own holder', async () => {
  const self = await ownIdentity();
  expect(await claimExclusively(folder, 'supervisor', self)).toBe(true);
  expect(await claimExclusively(folder, 'supervisor', self)).toBe(true);
  expect(await claimExclusively(folder, 'other', self)).toBe(true);
});

test('a name that was given up can be claimed by another, and only its holder gives it up', async () => {
  await using other = await idleProcess();
  const self = await ownIdentity();
  expect(await claimExclusively(folder, 'supervisor', self)).toBe(true);
  await releaseClaim(folder, 'supervisor', other.identity);
  expect(await claimExclusively(folder, 'supervisor', other.identity)).toBe(false);
  await releaseClaim(folder, 'supervisor', self);
  expect(await claimExclusively(folder, 'supervisor', other.identity)).toBe(true);
  expect(await claimExclusively(folder, 'supervisor', self)).toBe(false);
});

test('a name that a living process holds is refused', async () => {
  await using other = await idleProcess();
  expect(await claimExclusively(folder, 'supervisor', other.identity)).toBe(true);
  expect(await claimExclusively(folder, 'supervisor', await ownIdentity())).toBe(false);
});

test('of many that find a dead holder exactly one takes over, and no old claim is left', async () => {
  const dead: ProcessIdentity = { pid: process.pid, startedAt: 'another start' };
  // Its own claim is accepted although it is no running process: that is the dead holder.
  expect(await claimExclusively(folder, 'supervisor', dead)).toBe(true);

  await using first = await idleProcess();
  await using second = await idleProcess();
  await using third = await idleProcess();
  const claimants = [first, second, third].map(({ identity }) =>
    claimExclusively(folder, 'supervisor', identity),
  );
  const outcomes = await Promise.all(claimants);

  expect(outcomes.filter(Boolean)).toHaveLength(1);
  expect(await readdir(folder)).toEqual(['supervisor.2.claim']);
});

async function ownIdentity(): Promise<ProcessIdentity> {
  const identity = await identifyProcess(process.pid);
  if (identity === null) throw new Error('this process runs');
  return identity;
}

async function idleProcess(): Promise<AsyncDisposable & { readonly identity: ProcessIdentity }> {
  const child = spawn('sleep', ['60'], { stdio: 'ignore' });
  await once(child, 'spawn');
  const identity = await identifyProcess(child.pid ?? 0);
  if (identity === null) throw new Error('sleep runs');
  return {
    identity,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}
