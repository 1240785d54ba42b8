import { randomUUID } from 'node:crypto';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { ignoreMissing } from '../lib/node-error.ts';
import { ownIdentity, isRunning, type ProcessIdentity } from '../lib/process-identity.ts';

/** Longer than anything lies there that does not say whose it is. */
const abandonedAfterMs = 24 * 3_600_000;

/**
 * Name of a file in `ingest` that says whose it is: what a killed process left is told apart from what another writes
 * by that, and not by its age, which a clock that is set ahead makes a day in a moment.
 */
export async function ownName(): Promise<string> {
  const self = await ownIdentity();
  return `${randomUUID()}.${self.pid}.${encodeURIComponent(self.startedAt)}`;
}

/** Removes what ended processes have left. */
export async function removeAbandoned(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const writer = writerOf(name);
    const isLeft = writer === null ? await isOld(path) : !(await isRunning(writer));
    if (isLeft) await rm(path, { force: true });
  }
}

/** Null: its name does not say. */
function writerOf(name: string): ProcessIdentity | null {
  const [, pid = '', startedAt = ''] = /^[0-9a-f-]{36}\.(\d+)\.([^.]+)$/.exec(name) ?? [];
  return pid === '' ? null : { pid: Number(pid), startedAt: decodeURIComponent(startedAt) };
}

async function isOld(path: string): Promise<boolean> {
  const age = await stat(path).then((stats) => Date.now() - stats.mtimeMs, ignoreMissing);
  return age !== null && age > abandonedAfterMs;
}
