import { realpath, stat } from 'node:fs/promises';

import { DeployerError } from '../errors.ts';
import { homeAt, type Home } from './home.ts';
import { type HostFile, readHostFile, writeHostFile } from './host-identity.ts';
import { isNodeError } from './node-error.ts';

/** Where a home says that it is, and what is found there. Paths are real ones. */
export interface HomeFacts {
  /** Null: it was never written down. */
  readonly recorded: string | null;
  readonly here: string;
  /** What is at the recorded path: nothing of this home, this very folder by another name, or another one like it. */
  readonly there: 'nothing' | 'itself' | 'another';
}

/**
 * Whether a home is where it was made. Everything that runs is found by what a home has written down, so of two folders
 * that say the same, the second would take the processes and the database of the first for its own.
 */
export function homeStanding({ recorded, here, there }: HomeFacts): 'here' | 'moved' | 'copied' {
  if (recorded === null || recorded === here || there === 'itself') return 'here';
  return there === 'nothing' ? 'moved' : 'copied';
}

/** Throws `host_taken` when a home is a copy of one that is still there. What cannot be read is not judged here. */
export async function refuseCopy(home: Home): Promise<void> {
  const file = await readHostFile(home).catch(() => null);
  if (file === null) return;
  const { standing, recorded } = await standingOf(home, file);
  if (standing === 'copied' && recorded !== null) throw copyOf(recorded, home.root);
}

/** Whether a home is a copy of one that is still there. */
export async function isCopy(home: Home): Promise<boolean> {
  const file = await readHostFile(home).catch(() => null);
  return file !== null && (await standingOf(home, file)).standing === 'copied';
}

/** Writes down where a home is; `move` is called before, with where it was, when it was elsewhere. Refuses a copy. */
export async function recordHome(home: Home, move: (from: string) => Promise<void>): Promise<void> {
  await refuseCopy(home);
  const file = await readHostFile(home);
  if (file === null) return;
  const { standing, recorded } = await standingOf(home, file);
  if (standing === 'here' && recorded !== null) return;
  if (standing === 'moved' && recorded !== null) await move(recorded);
  await writeHostFile(home, { ...file, home: await realpath(home.root) });
}

async function standingOf(
  { root }: Home,
  { id, home }: HostFile,
): Promise<{ readonly standing: ReturnType<typeof homeStanding>; readonly recorded: string | null }> {
  const recorded = home ?? null;
  if (recorded === null) return { standing: 'here', recorded };
  const here = await realpath(root);
  const there = recorded === here ? 'itself' : await whatIsAt(recorded, { here, id });
  return { standing: homeStanding({ recorded, here, there }), recorded };
}

/** What cannot be looked at may well be the home: it is another user's. */
async function whatIsAt(
  path: string,
  { here, id }: { readonly here: string; readonly id: string },
): Promise<HomeFacts['there']> {
  try {
    const [own, other] = await Promise.all([stat(here), stat(path)]);
    if (own.dev === other.dev && own.ino === other.ino) return 'itself';
    return (await readHostFile(homeAt(path)))?.id === id ? 'another' : 'nothing';
  } catch (error) {
    const isGone = isNodeError(error) && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
    return isGone ? 'nothing' : 'another';
  }
}

function copyOf(original: string, copy: string): DeployerError {
  return new DeployerError('host_taken', {
    message: `${copy} is a copy of the home ${original}, whose database and processes it would take for its own. Nothing was changed.`,
    hint: `DEPLOYER_HOME=${original} deployer status`,
    detail: [
      `To put the copy in its place: DEPLOYER_HOME=${original} deployer stop --all, then mv ${original} ${original}.old`,
      `To have both: DEPLOYER_HOME=${original} deployer backup <file>, then deployer restore <file> in an empty home`,
    ],
  });
}
