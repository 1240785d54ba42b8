import { z } from 'zod';

import { readJsonFile, writeFileAtomically } from '../../lib/atomic-file.ts';
import { isNodeError } from '../../lib/node-error.ts';
import { isRunning, type ProcessIdentity } from '../../lib/process-identity.ts';

/** A process group, by the identity of its first process. */
export type RecordedGroup = ProcessIdentity;
const RecordedGroups = z.array(z.object({ pid: z.int().positive(), startedAt: z.string() }));

/** Keeps the file with the groups that run as it should be; of several changes at once the last is written. */
export class GroupRecorder {
  readonly #path: string;
  readonly #onProblem: (error: unknown) => void;
  #wanted = '[]';
  #written = '';
  #writing = false;

  constructor(path: string, onProblem: (error: unknown) => void) {
    this.#path = path;
    this.#onProblem = onProblem;
  }

  record(groups: readonly RecordedGroup[]): void {
    this.#wanted = JSON.stringify(groups);
    if (!this.#writing) void this.#write();
  }

  async #write(): Promise<void> {
    this.#writing = true;
    try {
      while (this.#written !== this.#wanted) {
        const content = this.#wanted;
        await writeFileAtomically(this.#path, content);
        this.#written = content;
      }
    } catch (error) {
      this.#onProblem(error);
    } finally {
      this.#writing = false;
    }
  }
}

/**
 * Ends recorded groups whose supervisor is dead. They end with it by themselves; this is for one whose leash was cut.
 * A group whose first process is gone is left alone: its id may belong to someone else by now.
 */
export async function killRecordedGroups(path: string): Promise<void> {
  for (const group of (await readJsonFile(path, RecordedGroups)) ?? []) {
    if (await isRunning(group)) killGroup(group.pid);
  }
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if (!isNodeError(error) || error.code !== 'ESRCH') throw error;
  }
}
