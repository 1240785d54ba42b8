import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

import { isNodeError } from './node-error.ts';
import { identifyProcess, signalProcess } from './process-identity.ts';

/** In the environment of a command and of everything that it starts, unless a child takes it away. */
const markName = 'LEASH_ID';

/** A mark that no other command has, as a part of its environment. */
export function leashMark(): Readonly<Record<string, string>> {
  return { [markName]: randomUUID() };
}

/**
 * Kills what has left the process group of a command (setsid, a daemon) and carries its mark, and waits until nothing
 * does. Only on Linux, where the environment of a process can be read; elsewhere it does nothing.
 */
export async function endStrays(mark: Readonly<Record<string, string>>, timeoutMs: number): Promise<void> {
  const text = `${markName}=${mark[markName]}`;
  const endsAt = performance.now() + timeoutMs;
  while (process.platform === 'linux' && performance.now() < endsAt) {
    const strays = await marked(text);
    if (strays.length === 0) return;
    for (const pid of strays) {
      const identity = await identifyProcess(pid);
      // Looked at again: the id may be another process's by now.
      if (identity !== null && (await hasMark(pid, text))) await signalProcess(identity, 'SIGKILL');
    }
    await delay(10);
  }
}

async function marked(text: string): Promise<readonly number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const marks = await Promise.all(pids.map(async (pid) => ((await hasMark(pid, text)) ? [pid] : [])));
  return marks.flat();
}

/** Of a process of somebody else, or one that has ended, nothing can be read. */
async function hasMark(pid: number, text: string): Promise<boolean> {
  try {
    return (await readFile(`/proc/${pid}/environ`, 'utf8')).split('\0').includes(text);
  } catch (error) {
    if (isNodeError(error)) return false;
    throw error;
  }
}
