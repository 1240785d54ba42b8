import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { isNodeError } from './node-error.ts';

/** Which code this is: what decides whether a CLI or a server is the newer one. */
export interface BuildInfo {
  /** Version of the package. */
  readonly version: string;
  /** Time of the commit it was built from, ISO 8601 in UTC; the epoch where neither Git nor a build file knows. */
  readonly builtAt: string;
}

const epoch = new Date(0).toISOString();

/** `src/lib` and `dist/lib` lie equally deep. */
const packageRoot = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Of a clone the time of its commit, of an installed package what `build-info.json` in `dist` says. */
export async function buildInfo(root: string = packageRoot): Promise<BuildInfo> {
  const [version, builtAt] = await Promise.all([packageVersion(root), commitTime(root)]);
  return { version, builtAt };
}

async function packageVersion(root: string): Promise<string> {
  const facts: unknown = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  return textIn(facts, 'version') ?? '0.0.0';
}

async function commitTime(root: string): Promise<string> {
  return (await recordedTime(root)) ?? (await gitTime(root)) ?? epoch;
}

async function recordedTime(root: string): Promise<string | null> {
  // In a clone, `dist` is a leftover of some earlier build: only a module that runs from it goes by its file.
  if (!import.meta.url.endsWith('.js')) return null;
  try {
    return textIn(JSON.parse(await readFile(join(root, 'dist', 'build-info.json'), 'utf8')), 'builtAt');
  } catch (error) {
    if (isNodeError(error) && error.code === 'ENOENT') return null;
    throw error;
  }
}

/** `--git-dir` keeps Git from looking further up: an installed package may lie inside someone's repository. */
async function gitTime(root: string): Promise<string | null> {
  const args = [
    '-c',
    'safe.directory=*',
    `--git-dir=${join(root, '.git')}`,
    'show',
    '-s',
    '--format=%ct',
    'HEAD',
    // A hook works in a repository's own folder, where HEAD is also a file.
    '--',
  ];
  try {
    const { stdout } = await promisify(execFile)('git', args, { timeout: 5000 });
    const seconds = Number(stdout.trim());
    return Number.isInteger(seconds) && seconds > 0 ? new Date(seconds * 1000).toISOString() : null;
  } catch {
    // No Git, or no repository: then nothing tells the time, and the version alone decides.
    return null;
  }
}

function textIn(value: unknown, key: string): string | null {
  if (typeof value !== 'object' || value === null || !(key in value)) return null;
  const found: unknown = Reflect.get(value, key);
  return typeof found === 'string' ? found : null;
}
