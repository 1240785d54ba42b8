import { isUtf8 } from 'node:buffer';
import { lstatSync, readFileSync, type Stats } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { tryGit, zeroTerminated } from '../../lib/git.ts';
import type { ListedFile, Listing } from '../../questionnaire/findings/listing.ts';

/** Where there are more, the rest is not looked at. */
const mostFiles = 20_000;
/** What is larger is data, or was generated. */
const largestRead = 256 * 1024;

/** Folders that hold what was installed or built, also where somebody has committed them. */
const made =
  /(?:^|\/)(?:node_modules|\.git|\.venv|venv|__pycache__|\.next|\.turbo|\.tox|\.mypy_cache|\.pytest_cache|\.packages)\//;
/** Without Git nobody says what is ignored. */
const madeWithoutGit = /(?:^|\/)(?:dist|build|target|coverage|out|vendor)\//;

/** The files of a folder, without what Git ignores and without what was installed. Follows no links. */
export async function listFolder(folder: string, signal: AbortSignal): Promise<Listing> {
  const paths = (await pathsOfGit(folder, signal)) ?? (await pathsBelow(folder, signal));
  const files = paths
    .filter((path) => !made.test(path))
    .sort()
    .slice(0, mostFiles)
    .flatMap((path): readonly ListedFile[] => {
      const stats = statsOf(join(folder, path));
      return stats?.isFile() === true ? [{ path, size: stats.size }] : [];
    });
  const sizes = new Map(files.map(({ path, size }) => [path, size]));
  return {
    files,
    has: (path) => sizes.has(path),
    read: (path) => textOf(join(folder, path), sizes.get(path)),
  };
}

/** Tracked files, and those that could be; null where the folder is in no repository, or there is no Git. */
async function pathsOfGit(folder: string, signal: AbortSignal): Promise<readonly string[] | null> {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const { exitCode, stdout } = await tryGit({ kind: 'working', folder }, args, { signal });
  return exitCode === 0 ? [...new Set(zeroTerminated(stdout))] : null;
}

async function pathsBelow(folder: string, signal: AbortSignal): Promise<readonly string[]> {
  const found: string[] = [];
  const ahead = [''];
  for (let at = ahead.pop(); at !== undefined && found.length <= mostFiles; at = ahead.pop()) {
    signal.throwIfAborted();
    for (const entry of await readdir(join(folder, at), { withFileTypes: true })) {
      const path = at === '' ? entry.name : `${at}/${entry.name}`;
      if (entry.isFile()) found.push(path);
      else if (entry.isDirectory() && !made.test(`${path}/`) && !madeWithoutGit.test(`${path}/`))
        ahead.push(path);
    }
  }
  return found;
}

/** Null: it is in the index of Git and not in the folder. */
function statsOf(path: string): Stats | null {
  return lstatSync(path, { throwIfNoEntry: false }) ?? null;
}

function textOf(path: string, size: number | undefined): string | null {
  if (size === undefined || size > largestRead) return null;
  const bytes = readFileSync(path);
  return isUtf8(bytes) && !bytes.includes(0) ? bytes.toString('utf8') : null;
}
