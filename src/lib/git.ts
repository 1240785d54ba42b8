import { devNull } from 'node:os';
import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';

import { DeployerError } from '../errors.ts';
import { type ShellGroup, spawnShellGroup } from './shell-group.ts';

/**
 * A repository on this machine. Of a `working` one (someone's clone or worktree) the owner's own settings hold, as they
 * know best what they trust; of a `bare` one (ours) nothing outside it does.
 */
export interface Repository {
  readonly kind: 'working' | 'bare';
  /** Absolute path: a folder of the work tree, or the bare repository itself. */
  readonly folder: string;
}

export interface GitOptions {
  readonly signal: AbortSignal;
  /** @default 60_000 */
  readonly timeoutMs?: number;
  /** Further variables, e.g. `GIT_INDEX_FILE`. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface GitResult {
  /** 0 when Git did what was asked. */
  readonly exitCode: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/**
 * Settings that could run a program (hooks, a file-system monitor, signature checks, a pager) or change an answer,
 * whatever stands in any configuration file.
 */
const settings = [
  ['core.hooksPath', devNull],
  ['core.fsmonitor', 'false'],
  ['core.quotePath', 'false'],
  ['core.pager', 'cat'],
  ['credential.interactive', 'false'],
  ['gc.auto', '0'],
  ['log.showSignature', 'false'],
  ['maintenance.auto', 'false'],
  ['push.gpgSign', 'false'],
  ['push.pushOption', ''],
  ['trailer.separators', ':'],
].flatMap(([name, value]) => ['-c', `${name}=${value}`]);

/**
 * Runs Git with a deadline and returns how it ended, also when it ended badly. Works with Git 2.30 and later. No shell
 * reads the arguments. Throws `deadline_passed`, and the signal's reason when that aborts.
 */
export async function tryGit(
  repository: Repository,
  args: readonly string[],
  options: GitOptions,
): Promise<GitResult> {
  options.signal.throwIfAborted();
  const timeoutMs = options.timeoutMs ?? 60_000;
  const where = repository.kind === 'bare' ? [`--git-dir=${repository.folder}`] : ['-C', repository.folder];
  const group = await spawnShellGroup({
    command: 'exec git "$@"',
    args: [...settings, ...where, ...args],
    cwd: '/',
    env: { ...environmentFor(repository), ...options.env },
  });
  const deadline = AbortSignal.timeout(timeoutMs);
  const stop = AbortSignal.any([options.signal, deadline]);
  const result = await resultOf(group, stop);
  options.signal.throwIfAborted();
  if (result === null) {
    throw new DeployerError('deadline_passed', {
      message: `git ${args[0]} took longer than ${timeoutMs / 1000} s in ${repository.folder}.`,
      hint: 'Check that the disk answers and that Git does not wait for a remote, then try again.',
    });
  }
  return result;
}

/** As `tryGit`, for a command that must succeed. Throws `repository_invalid` or `git_failed` with Git's own words. */
export async function git(
  repository: Repository,
  args: readonly string[],
  options: GitOptions,
): Promise<Buffer> {
  const result = await tryGit(repository, args, options);
  if (result.exitCode !== 0) throw gitError(repository, args, result);
  return result.stdout;
}

/** The fields of an answer in which Git ends each one with a zero byte (`-z`). */
export function zeroTerminated(output: Buffer): readonly string[] {
  return output.toString('utf8').split('\0').slice(0, -1);
}

/** What a failed call means to a user. */
export function gitError(repository: Repository, args: readonly string[], result: GitResult): DeployerError {
  const detail = result.stderr.trim().split('\n');
  if (result.stderr.includes('not a git repository')) {
    return new DeployerError('repository_invalid', {
      message: `${repository.folder} is not in a Git repository.`,
      hint: 'Run this in a clone of the integration, or make one: git init && git add . && git commit',
    });
  }
  if (result.stderr.includes('dubious ownership') || result.stderr.includes('unsafe repository')) {
    return new DeployerError('repository_invalid', {
      message: `Git does not trust ${repository.folder}, because another user owns it.`,
      hint: `git config --global --add safe.directory ${repository.folder}`,
      detail,
    });
  }
  if (result.stderr.includes('No space left on device')) {
    return new DeployerError('disk_full', {
      message: `The disk was full while git ${args[0]} ran in ${repository.folder}.`,
      hint: 'Make room, then try again.',
      detail,
    });
  }
  if (result.exitCode === 127) {
    return new DeployerError('git_failed', {
      message: 'There is no git on PATH.',
      hint: 'Install Git 2.30 or later and put it on PATH, then try again.',
      detail,
    });
  }
  return new DeployerError('git_failed', {
    message: `git ${args[0]} failed in ${repository.folder} (exit ${result.exitCode}).`,
    hint: 'Read what Git says below; the same command by hand shows more.',
    detail,
  });
}

/**
 * The caller's environment without any `GIT_*`: a hook or an alias that runs Deployer sets `GIT_DIR` and the like,
 * which would silently point every call at another repository. Replacement objects are off, so that a commit id means
 * that commit.
 */
function environmentFor(repository: Repository): Record<string, string> {
  const inherited = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !entry[0].startsWith('GIT_'),
  );
  const env = {
    ...Object.fromEntries(inherited),
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_LITERAL_PATHSPECS: '1',
  };
  if (repository.kind === 'working') return env;
  // HOME and XDG_CONFIG_HOME are for Git before 2.32, which knows no GIT_CONFIG_GLOBAL.
  return {
    ...env,
    HOME: devNull,
    XDG_CONFIG_HOME: devNull,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: devNull,
    GIT_ATTR_NOSYSTEM: '1',
  };
}

/** Git removes its lock files on SIGTERM; what has not ended after this time is killed. */
const graceMs = 2000;

/** How Git ended, once nothing of its group runs any more; null when it was ended because `stop` aborted. */
async function resultOf(group: ShellGroup, stop: AbortSignal): Promise<GitResult | null> {
  const stdout = collect(group.child.stdout);
  const stderr = collect(group.child.stderr);
  let kill: NodeJS.Timeout | undefined;
  const end = (): void => {
    group.signal('SIGTERM');
    kill = setTimeout(() => group.signal('SIGKILL'), graceMs);
  };
  stop.addEventListener('abort', end);
  if (stop.aborted) end();
  const exitCode = await new Promise<number | null>((resolve) => {
    group.child.once('exit', resolve);
  });
  stop.removeEventListener('abort', end);
  clearTimeout(kill);
  // Ends what Git left behind (ssh, a remote helper): it would hold the output open.
  group.release();
  const [output, errors] = await Promise.all([stdout, stderr]);
  if (stop.aborted && exitCode !== 0) return null;
  return { exitCode: exitCode ?? 128, stdout: output, stderr: errors.toString('utf8') };
}

async function collect(stream: Readable | null): Promise<Buffer> {
  const chunks: Buffer[] = [];
  stream?.on('data', (chunk: Buffer) => chunks.push(chunk));
  if (stream !== null) await finished(stream);
  return Buffer.concat(chunks);
}
