import { z } from 'zod';

import { readJsonFile, writeFileAtomically } from '../../../lib/atomic-file.ts';
import { isNodeError } from '../../../lib/node-error.ts';
import { isRunning, type ProcessIdentity } from '../../../lib/process-identity.ts';
import { waitUntil } from '../../../lib/wait-until.ts';
import type { DeploymentFolder } from '../../supervised/layout.ts';
import { removeGroup } from './control-group.ts';

/** What a supervisor that is killed may leave behind in the system. */
export interface Leftovers {
  /** Process groups, each by the identity of its first process. */
  readonly processGroups: readonly ProcessIdentity[];
  /** Folders of control groups. */
  readonly controlGroups: readonly string[];
}

const Leftovers: z.ZodType<Leftovers> = z.object({
  processGroups: z.array(z.object({ pid: z.int().positive(), startedAt: z.string() })),
  controlGroups: z.array(z.string()),
});

/** Keeps the file of possible leftovers as it should be; of several changes at once the last is written. */
export class LeftoversFile {
  readonly #path: string;
  readonly #onProblem: (error: unknown) => void;
  #wanted = '';
  #written = '';
  #isWriting = false;

  constructor(path: string, onProblem: (error: unknown) => void) {
    this.#path = path;
    this.#onProblem = onProblem;
  }

  record(leftovers: Leftovers): void {
    this.#wanted = JSON.stringify(leftovers);
    if (!this.#isWriting) void this.#write();
  }

  async #write(): Promise<void> {
    this.#isWriting = true;
    try {
      while (this.#written !== this.#wanted) {
        const content = this.#wanted;
        await writeFileAtomically(this.#path, content);
        this.#written = content;
      }
    } catch (error) {
      this.#onProblem(error);
    } finally {
      this.#isWriting = false;
    }
  }
}

/**
 * Ends and removes what a dead supervisor left. Process groups end with it by themselves; this is for one whose leash
 * was cut. A group whose first process is gone is left alone: its id may belong to someone else by now.
 */
export async function clearLeftovers(folder: DeploymentFolder): Promise<void> {
  const leftovers = await readJsonFile(folder.leftovers, Leftovers);
  for (const group of leftovers?.processGroups ?? []) {
    if (!(await isRunning(group))) continue;
    killGroup(group.pid);
    await waitUntil(async () => ((await isRunning(group)) ? null : true), {
      timeoutMs: 10_000,
      what: `the process group ${group.pid} to end after SIGKILL`,
      hint: `ps -o pid,stat,args -g ${group.pid}`,
    });
  }
  await Promise.all((leftovers?.controlGroups ?? []).map(removeGroup));
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if (!isNodeError(error) || error.code !== 'ESRCH') throw error;
  }
}
