import { type ChildProcess, spawn } from 'node:child_process';
import { open, readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { rotateHeldLog } from './log-rotation.ts';
import { pointsVariable } from './named-point.ts';

/** What a background program needs of its starter's environment to find programs and temporary files. */
const passedOn = ['PATH', 'HOME', 'LANG', 'TMPDIR', 'TZ', pointsVariable] as const;

export interface DetachedProcessOptions<T> {
  /** Module to run, see `moduleBeside`. */
  readonly entry: string;
  readonly args: readonly string[];
  /** Options of Node itself. @default none */
  readonly nodeFlags?: readonly string[];
  /**
   * Gets what the program writes to stdout and stderr; is moved aside before, when it is long. Its last lines are part
   * of the error when the program ends early.
   */
  readonly logFile: string;
  /** Added to PATH, HOME, LANG, TMPDIR and TZ, which are all that it inherits. */
  readonly env?: Readonly<Record<string, string>>;
  /**
   * What the program finds on its standard input, which then ends: for what may stand neither in its arguments nor in
   * its environment nor in a file. Made while the program starts, which is ended again when that fails.
   * @default nothing
   */
  readonly input?: () => Promise<string>;
  /** Asked until it answers with something: the program is ready then. */
  readonly ready: () => Promise<T | null>;
  /** From when it has its input. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Why a detached program is not ready: what it said last. The caller gives it a code and a hint. */
export class DetachedProcessError extends Error {
  readonly lastLines: readonly string[];
  /** Null when it did not end by itself, or a signal ended it. */
  readonly exitCode: number | null;

  constructor(message: string, lastLines: readonly string[], exitCode: number | null = null) {
    super(message);
    this.lastLines = lastLines;
    this.exitCode = exitCode;
  }
}

/**
 * Starts a Node program that outlives this one: in a session of its own, with none of this process's descriptors,
 * its folder being `/`. Returns the first answer of `ready`. When it is not ready in time, or `signal` aborts, the
 * program is ended again; when it ends by itself, `ready` is asked once more, since another one may have been first.
 * Throws `DetachedProcessError`, the signal's reason, or what `input` throws.
 */
export async function startDetached<T>(options: DetachedProcessOptions<T>): Promise<T> {
  rotateHeldLog(options.logFile);
  const log = await open(options.logFile, 'a', 0o600);
  try {
    const { size } = await log.stat();
    const flags = [...preloads.flatMap((url) => ['--import', url]), ...(options.nodeFlags ?? [])];
    const child = spawn(process.execPath, [...flags, options.entry, ...options.args], {
      cwd: '/',
      detached: true,
      env: { ...inheritedEnv(), ...options.env },
      stdio: [options.input === undefined ? 'ignore' : 'pipe', log.fd, log.fd],
    });
    child.unref();
    child.stdin?.on('error', () => {
      // It has ended before it read: whoever waits for it to be ready sees that.
    });
    return await untilReady(child, options, () => lastLines(options.logFile, size));
  } finally {
    await log.close();
  }
}

const preloads = [
  moduleBeside(import.meta.url, './keep-compiled'),
  moduleBeside(import.meta.url, './close-inherited-descriptors'),
].map((file) => pathToFileURL(file).href);

/**
 * The path of a module beside the calling one, with the ending that the caller itself has: `.ts` in a clone, `.js`
 * when installed.
 */
export function moduleBeside(importMetaUrl: string, relativePath: string): string {
  return fileURLToPath(new URL(relativePath + extname(importMetaUrl), importMetaUrl));
}

function inheritedEnv(): Record<string, string> {
  return Object.fromEntries(
    passedOn.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

async function untilReady<T>(
  child: ChildProcess,
  options: DetachedProcessOptions<T>,
  said: () => Promise<readonly string[]>,
): Promise<T> {
  let end: string | null = null;
  child.once('exit', (code, signal) => (end = signal ?? `exit code ${code}`));
  child.once('error', (error) => (end = error.message));
  try {
    child.stdin?.end(await options.input?.());
    const endsAt = performance.now() + options.timeoutMs;
    for (;;) {
      options.signal.throwIfAborted();
      const hasEnded = end !== null;
      const answer = await options.ready();
      if (answer !== null) return answer;
      if (hasEnded) {
        throw new DetachedProcessError(`it ended with ${end}`, await said(), child.exitCode);
      }
      if (performance.now() > endsAt) {
        const seconds = options.timeoutMs / 1000;
        throw new DetachedProcessError(`no answer within ${seconds} s`, await said());
      }
      await delay(15);
    }
  } catch (error) {
    // Our own child and not yet waited for: its id cannot belong to another process.
    if (end === null) child.kill('SIGKILL');
    throw error;
  }
}

/** What was written since the file had a size: what came before is of an earlier start. */
async function lastLines(path: string, sizeBefore: number): Promise<readonly string[]> {
  const content = await readFile(path);
  const text = content.subarray(Math.min(sizeBefore, content.length)).toString('utf8');
  return text.trimEnd().split('\n').slice(-20);
}
