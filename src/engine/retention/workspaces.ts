import { randomUUID } from 'node:crypto';
import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { DeployerError } from '../../errors.ts';
import { ignoreMissing } from '../../lib/node-error.ts';
import type { Database } from '../../store/database.ts';
import { lockRun } from '../../store/runs.ts';
import type { Places } from '../parts.ts';

const doomedSuffix = '.doomed';

/**
 * Removes the folders of runs that have ended, or that nobody knows; returns the names of the runs. Beside its checkout
 * a run has others, half-written ones included, all named after it with a dot.
 */
export async function removeWorkspaces(
  { database, home: { workspaces } }: Places,
  isDryRun: boolean,
): Promise<readonly string[]> {
  const names = (await namesIn(workspaces)).filter((name) => !name.endsWith(doomedSuffix));
  const byRun = Map.groupBy(names, (name) => name.split('.')[0] ?? name);
  const removed: string[] = [];
  for (const [run, own] of byRun) {
    const doom = async (): Promise<void> => {
      for (const name of isDryRun ? [] : own) {
        const aside = join(workspaces, `${run}.${randomUUID()}${doomedSuffix}`);
        await rename(join(workspaces, name), aside).catch(ignoreMissing);
      }
    };
    if (await whenEnded(database, run, doom)) removed.push(run);
  }
  if (isDryRun) return removed;
  for (const name of await namesIn(workspaces)) {
    if (name.endsWith(doomedSuffix)) await rm(join(workspaces, name), { recursive: true, force: true });
  }
  return removed;
}

/** A retry begins with the same lock: it finds the workspace gone, or is seen to be going on. */
async function whenEnded(database: Database, run: string, work: () => Promise<void>): Promise<boolean> {
  return await database.transaction(async ({ db }) => {
    const row = await lockRun(db, run).catch(ignoreUnknown);
    if (row !== null && row.ended_at === null) return false;
    await work();
    return true;
  });
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return (await readdir(folder).catch(ignoreMissing)) ?? [];
}

function ignoreUnknown(error: unknown): null {
  if (error instanceof DeployerError && error.code === 'run_not_found') return null;
  throw error;
}
