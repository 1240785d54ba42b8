import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { openArtifactFolder } from '../../src/artifacts/artifact-folder.ts';
import type { ArtifactStore } from '../../src/core/releases/artifacts.ts';
import { identifyProcess } from '../../src/lib/process-identity.ts';
import { waitUntil } from '../../src/lib/wait-until.ts';
import {
  type ProcessTarget,
  processTarget,
  type ProcessTargetOptions,
} from '../../src/targets/process/target.ts';
import { soon, type TargetHarness } from './target-harness.ts';

export interface ProcessHarness extends TargetHarness {
  readonly target: ProcessTarget;
  readonly home: string;
  readonly artifacts: ArtifactStore;
}

/** A process target in a home of its own. */
export async function openProcessHarness(own: Partial<ProcessTargetOptions> = {}): Promise<ProcessHarness> {
  const home = await mkdtemp(join(tmpdir(), 'process-target-'));
  const artifacts = openArtifactFolder(join(home, 'artifacts'));
  const PATH = `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`;
  return {
    home,
    artifacts,
    target: processTarget({ home, artifacts, ...own }),
    baseEnv: { PATH, HOME: home, LANG: 'C.UTF-8', TMPDIR: tmpdir() },
    artifact: async (files) => {
      const folder = await mkdtemp(join(home, 'source-'));
      for (const [name, content] of Object.entries(files)) {
        await mkdir(dirname(join(folder, name)), { recursive: true });
        await writeFile(join(folder, name), content);
      }
      return (await artifacts.pack({ component: 'fixture', folder, exclude: [] }, soon())).digest;
    },
    [Symbol.asyncDispose]: () => rm(home, { recursive: true, force: true }),
  };
}

export async function untilGone(...pids: readonly number[]): Promise<void> {
  const areGone = async () => {
    const identities = await Promise.all(pids.map((pid) => identifyProcess(pid)));
    return identities.every((identity) => identity === null) ? true : null;
  };
  await waitUntil(areGone, { timeoutMs: 10_000, what: `processes ${pids.join(', ')} to end`, hint: '' });
}

/** The process of a group that holds it to its supervisor: the only one that is still the first shell. */
export async function leashOf(group: number): Promise<number> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  for (const pid of pids.filter((each) => each !== group)) {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    const isMember = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2] === String(group);
    if (isMember && command.includes('trap')) return pid;
  }
  throw new Error(`group ${group} has no leash`);
}
