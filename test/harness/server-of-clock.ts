import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';

import type { DeployerHome } from './deployer-home.ts';
import { untilTrue } from './until.ts';

/** A server whose time of day a test sets. */
export interface ServerOfClock {
  /** Sets its clock off by so much from the machine's. The server reads it twenty times a second. */
  setOff(ms: number): Promise<void>;
}

/** Starts one for the tests of the calling file, by the clock of the machine at first. */
export async function serverOfClock(home: DeployerHome): Promise<ServerOfClock> {
  const clock = join(home.scratch, 'clock');
  const preload = join(import.meta.dirname, 'shifted-clock.mjs');
  const setOff = (ms: number): Promise<void> => writeFile(clock, String(ms));
  await setOff(0);
  const server = home.start(['serve'], {
    env: { NODE_OPTIONS: `--import ${preload}`, DEPLOYER_TEST_CLOCK: clock },
  });
  afterAll(async () => {
    server.signal('SIGTERM');
    await server.ended;
  });
  beforeAll(() => untilTrue('the server to run', async () => (await home.server()) !== null));
  return { setOff };
}
