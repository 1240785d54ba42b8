import { execFileSync } from 'node:child_process';
import { mkdir, open, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll } from 'vitest';

import { isNodeError } from '../../src/lib/node-error.ts';
import { databasePaths } from '../../src/store/embedded/paths.ts';
import type { DeployerHome } from './deployer-home.ts';

/** A disk with nothing on it but a home and its database. */
export interface SmallDisk {
  /** Resolves when nothing fits on it any more; what becomes free is taken until `makeRoom`. */
  fill(): Promise<void>;
  makeRoom(): Promise<void>;
}

const sizeMb = 640;
const refillMs = 20;
const chunk = Buffer.alloc(1024 * 1024, 'x');
/** What a file system gives out at a time. */
const page = chunk.subarray(0, 4096);

/** Puts a home that has not been used yet on a disk of its own, which goes with it. */
export async function onSmallDisk(home: DeployerHome): Promise<SmallDisk> {
  const disk = join(home.scratch, 'disk');
  const filler = join(disk, 'filler');
  const places = [home.home.root, dirname(databasePaths(home.home, 'any').data)];
  await mkdir(disk);
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeMb}m`, 'tmpfs', disk]);
  for (const [index, place] of places.entries()) {
    const part = join(disk, String(index));
    for (const folder of [part, place])
      await mkdir(folder, { recursive: true, mode: index === 0 ? 0o700 : 0o755 });
    execFileSync('mount', ['--bind', part, place]);
  }
  // Registered after the home's own, so it comes first: what runs there has ended when the disk goes.
  afterAll(async () => {
    await makeRoom();
    await home.run(['stop', '--all']);
    for (const place of [...places, disk]) execFileSync('umount', ['-l', place]);
  }, 180_000);

  let filling = new AbortController();
  let filled: Promise<void> = Promise.resolve();

  async function makeRoom(): Promise<void> {
    filling.abort();
    await filled;
    await rm(filler, { force: true });
  }

  async function keepFull(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await delay(refillMs);
      await fillUp(filler);
    }
  }

  return {
    async fill() {
      filling = new AbortController();
      await fillUp(filler);
      filled = keepFull(filling.signal);
    },
    makeRoom,
  };
}

async function fillUp(path: string): Promise<void> {
  const file = await open(path, 'a');
  try {
    for (const piece of [chunk, page]) await untilFull(() => file.write(piece));
  } finally {
    await file.close();
  }
}

async function untilFull(write: () => Promise<{ readonly bytesWritten: number }>): Promise<void> {
  try {
    for (;;) await write();
  } catch (error) {
    if (!isNodeError(error) || error.code !== 'ENOSPC') throw error;
  }
}
