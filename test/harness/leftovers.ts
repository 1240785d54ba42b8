import { readdir, readFile, readlink } from 'node:fs/promises';

import { waitUntil } from '../../src/lib/wait-until.ts';

/**
 * Processes that have to do with a folder (it is in their environment, their command or is where they run), a line
 * each; empty as soon as there are none. Only to report them: they are found by a name, so nobody may signal them.
 */
export async function processesOf(
  folder: string,
  { graceMs }: { readonly graceMs: number },
): Promise<readonly string[]> {
  if (process.platform !== 'linux') return [];
  let left: readonly string[] = [];
  const none = async (): Promise<true | null> => {
    left = await look(folder);
    return left.length === 0 ? true : null;
  };
  await waitUntil(none, { timeoutMs: graceMs, what: 'no process', hint: '' }).catch(() => null);
  return left;
}

async function look(folder: string): Promise<readonly string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(pids.map((pid) => describe(pid, folder)));
  return lines.filter((line) => line !== null);
}

async function describe(pid: string, folder: string): Promise<string | null> {
  try {
    const [command, environment, cwd] = await Promise.all([
      readFile(`/proc/${pid}/cmdline`, 'utf8'),
      readFile(`/proc/${pid}/environ`, 'utf8'),
      readlink(`/proc/${pid}/cwd`),
    ]);
    const isOurs = [command, environment, cwd].some((text) => text.includes(folder));
    return isOurs ? `${pid} ${command.replaceAll('\0', ' ')} (in ${cwd})` : null;
  } catch {
    // It has ended meanwhile, or it is somebody else's.
    return null;
  }
}
