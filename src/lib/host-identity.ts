import { randomBytes, randomUUID } from 'node:crypto';
import { link, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { z } from 'zod';

import { readJsonFile, writeFileAtomically } from './atomic-file.ts';
import type { Home } from './home.ts';
import { isNodeError } from './node-error.ts';

/** `host.json`: which host a home is, and where the home was when its server started last. */
export interface HostFile {
  readonly id: string;
  /** Real path. */
  readonly home?: string | undefined;
}

const HostFile: z.ZodType<HostFile> = z.object({
  id: z.string().regex(/^[0-9a-f]{16}$/),
  home: z.string().optional(),
});

export interface HostIdentity {
  readonly id: string;
  readonly name: string;
  readonly home: string;
}

/**
 * Which host this is: an id that is made once and kept in the home, so it outlives a reboot and a new name of the
 * machine, and moves with the home. Of two workers that start at once, one makes it.
 */
export async function hostIdentity(home: Home): Promise<HostIdentity> {
  const known = await readHostFile(home);
  if (known === null) {
    await create(home, randomBytes(8).toString('hex'));
    return await hostIdentity(home);
  }
  return { id: known.id, name: hostname(), home: home.root };
}

export function readHostFile({ hostFile }: Home): Promise<HostFile | null> {
  return readJsonFile(hostFile, HostFile);
}

export function writeHostFile({ hostFile }: Home, file: HostFile): Promise<void> {
  return writeFileAtomically(hostFile, `${JSON.stringify(file)}\n`);
}

async function create({ hostFile }: Home, id: string): Promise<void> {
  const beside = `${hostFile}.${randomUUID()}.new`;
  await writeFileAtomically(beside, `${JSON.stringify({ id })}\n`);
  try {
    // Fails when the file exists, which a rename would not.
    await link(beside, hostFile);
  } catch (error) {
    if (!isNodeError(error) || error.code !== 'EEXIST') throw error;
  } finally {
    await rm(beside, { force: true });
  }
}
