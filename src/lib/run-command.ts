import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';

import { DeployerError } from '../errors.ts';
import { type LineRedactor, splitLines } from './line-splitter.ts';
import { isNodeError } from './node-error.ts';
import { groupRuns } from './process-group.ts';
import { type ShellGroup, type ShellGroupOptions, spawnShellGroup } from './shell-group.ts';
import { endStrays, leashMark } from './strays.ts';
import { waitUntil } from './wait-until.ts';

export interface CommandOptions extends ShellGroupOptions {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Every line as it comes. It must not throw. */
  readonly onLine?: (line: string, stream: 'stdout' | 'stderr') => void;
  /** How many of the last lines the result keeps. @default 40 */
  readonly tailLines?: number;
  /** Sees every line before it is cut and before anybody else does. */
  readonly redactor: LineRedactor;
  /** Time between SIGTERM and SIGKILL. @default 5000 */
  readonly graceMs?: number;
}

export interface CommandResult {
  /** Null when a signal ended the command. */
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The command was ended because `timeoutMs` was over; the exit code then means nothing. */
  readonly timedOut: boolean;
  readonly durationMs: number;
  readonly tail: readonly string[];
}

/** Output that a process outside the group keeps open is given up after this time. */
const outputTimeoutMs = 1000;
/** How long the kernel may take to remove killed processes, e.g. out of a slow disk. */
const goneTimeoutMs = 10_000;

/**
 * Runs `/bin/sh -c command` in a process group of its own and returns how it ended. When it returns or throws, nothing
 * of it runs any more: not after a time-out, not after an abort (both: SIGTERM, `graceMs`, SIGKILL), and no child that
 * the command left behind, in a session of its own or not. Throws the signal's reason when that aborts, and
 * `command_failed` when the folder does not exist.
 */
export async function runCommand(options: CommandOptions): Promise<CommandResult> {
  options.signal.throwIfAborted();
  const startedAt = performance.now();
  const mark = leashMark();
  const group = await start({ ...options, env: { ...options.env, ...mark } });
  const exit = exitOf(group.child);
  const output = readOutput(group.child, options);
  let timedOut = false;
  try {
    timedOut = await isOverdue(exit, options);
    if (timedOut || options.signal.aborted) await end(group, exit, options.graceMs ?? 5000);
  } finally {
    await clear(group);
    await endStrays(mark, goneTimeoutMs);
  }
  const { exitCode, signal } = await exit;
  const tail = await output.end();
  options.signal.throwIfAborted();
  return { exitCode, signal, timedOut, durationMs: Math.round(performance.now() - startedAt), tail };
}

async function start(options: CommandOptions): Promise<ShellGroup> {
  try {
    return await spawnShellGroup(options);
  } catch (error) {
    if (!isNodeError(error) || (error.code !== 'ENOENT' && error.code !== 'ENOTDIR')) throw error;
    throw new DeployerError('command_failed', {
      message: `\`${options.command}\` cannot run in ${options.cwd}: there is no such folder.`,
      hint: 'Check the path in deployer.yaml, and that the folder is committed.',
      cause: error,
    });
  }
}

interface Exit {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** The end of the first process: `close` would wait for whoever else holds its output. */
function exitOf(child: ChildProcess): Promise<Exit> {
  return new Promise((resolve) => {
    child.once('exit', (exitCode, signal) => resolve({ exitCode, signal }));
  });
}

/** Waits for the end of the command, its time or the abort, whichever comes first. */
async function isOverdue(exit: Promise<Exit>, options: CommandOptions): Promise<boolean> {
  const settled = new AbortController();
  const stop = AbortSignal.any([options.signal, settled.signal]);
  const time = delay(options.timeoutMs, true, { signal: stop }).catch(() => false);
  try {
    return await Promise.race([exit.then(() => false), time]);
  } finally {
    settled.abort();
  }
}

async function end(group: ShellGroup, exit: Promise<Exit>, graceMs: number): Promise<void> {
  group.signal('SIGTERM');
  const settled = new AbortController();
  const grace = delay(graceMs, undefined, { signal: settled.signal }).catch(() => undefined);
  await Promise.race([exit, grace]);
  settled.abort();
}

/** Kills what is left of the group and waits until it is gone. */
async function clear(group: ShellGroup): Promise<void> {
  group.release();
  const startedAt = performance.now();
  await waitUntil(
    async () => {
      if (!(await groupRuns(group.pid))) return true;
      // The command may have killed the leash itself.
      if (performance.now() - startedAt > 500) group.signal('SIGKILL');
      return null;
    },
    {
      timeoutMs: goneTimeoutMs,
      everyMs: 5,
      what: `the processes of group ${group.pid} to end`,
      hint: `See what holds them: ps -o pid,stat,wchan,args -g ${group.pid}`,
    },
  );
}

interface Output {
  /** The last lines, when all has been read or nothing more can be waited for. */
  end(): Promise<readonly string[]>;
}

function readOutput(child: ChildProcess, options: CommandOptions): Output {
  const tail: string[] = [];
  const maxTail = options.tailLines ?? 40;
  function read(stream: Readable | null, name: 'stdout' | 'stderr'): () => Promise<void> {
    const lines = splitLines(
      (line) => {
        tail.push(line);
        if (tail.length > maxTail) tail.shift();
        options.onLine?.(line, name);
      },
      { redactor: options.redactor },
    );
    stream?.on('data', (chunk: Buffer) => lines.push(chunk));
    const closed = new Promise<void>((resolve) => {
      if (stream === null) resolve();
      else stream.once('close', resolve);
    });
    return async () => {
      const settled = new AbortController();
      const patience = delay(outputTimeoutMs, undefined, { signal: settled.signal }).catch(() => undefined);
      await Promise.race([closed, patience]);
      settled.abort();
      stream?.destroy();
      lines.end();
    };
  }
  const ends = [read(child.stdout, 'stdout'), read(child.stderr, 'stderr')];
  return {
    end: async () => {
      await Promise.all(ends.map((finish) => finish()));
      return tail;
    },
  };
}
