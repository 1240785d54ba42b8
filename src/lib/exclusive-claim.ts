import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

import { createFileAtomically, readJsonFile, writeFileAtomically } from './atomic-file.ts';
import { isRunning, type ProcessIdentity } from './process-identity.ts';

const ProcessIdentity: z.ZodType<ProcessIdentity> = z.object({
  pid: z.int().positive(),
  startedAt: z.string(),
});

/**
 * Makes a process the only holder of `name` in a folder, for as long as it lives. False when another living process
 * holds it.
 *
 * Claims are numbered files, `<name>.<n>.claim`, created by link(2), which fails when the file exists: of several
 * processes that see a dead holder at n, one creates n + 1. Removing a dead holder's file and creating it anew could
 * remove the file of one that was faster. Whoever finds a higher number than its own gives way.
 */
export async function claimExclusively(
  folder: string,
  name: string,
  self: ProcessIdentity,
): Promise<boolean> {
  for (;;) {
    const highest = (await claimNumbers(folder, name)).at(-1) ?? 0;
    const holder =
      highest === 0 ? null : await readJsonFile(claimPath(folder, name, highest), ProcessIdentity);
    if (holder !== null && (await isRunning(holder))) {
      return holder.pid === self.pid && holder.startedAt === self.startedAt;
    }
    if (await createClaim(folder, { name, number: highest + 1 }, self)) {
      const numbers = await claimNumbers(folder, name);
      if (numbers.at(-1) !== highest + 1) continue;
      await Promise.all(numbers.slice(0, -1).map((old) => rm(claimPath(folder, name, old), { force: true })));
      return true;
    }
  }
}

/** Whoever holds `name` in a folder; null when nobody living does. */
export async function claimHolder(folder: string, name: string): Promise<ProcessIdentity | null> {
  const number = (await claimNumbers(folder, name)).at(-1) ?? 0;
  const path = claimPath(folder, name, number);
  const holder = number === 0 ? null : await readJsonFile(path, ProcessIdentity);
  return holder !== null && (await isRunning(holder)) ? holder : null;
}

/**
 * Gives up what `claimExclusively` gave. The file stays, with a holder that cannot run: were it removed, a slow
 * claimant that saw the one before it could create it again, beside another that began anew at 1.
 */
export async function releaseClaim(folder: string, name: string, self: ProcessIdentity): Promise<void> {
  const number = (await claimNumbers(folder, name)).at(-1) ?? 0;
  const path = claimPath(folder, name, number);
  const holder = number === 0 ? null : await readJsonFile(path, ProcessIdentity);
  if (holder?.pid !== self.pid || holder.startedAt !== self.startedAt) return;
  await writeFileAtomically(path, JSON.stringify({ ...self, startedAt: 'released' }));
}

async function claimNumbers(folder: string, name: string): Promise<number[]> {
  const files = (await readdir(folder)).filter(
    (file) => file.startsWith(`${name}.`) && file.endsWith('.claim'),
  );
  const numbers = files.map((file) => Number(file.slice(name.length + 1, -'.claim'.length)));
  return numbers.filter(Number.isInteger).toSorted((a, b) => a - b);
}

async function createClaim(
  folder: string,
  claim: { readonly name: string; readonly number: number },
  self: ProcessIdentity,
): Promise<boolean> {
  return await createFileAtomically(claimPath(folder, claim.name, claim.number), JSON.stringify(self));
}

function claimPath(folder: string, name: string, number: number): string {
  return join(folder, `${name}.${number}.claim`);
}
