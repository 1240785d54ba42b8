import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

import { callerEnv } from '../../core/caller-env.ts';
import { moduleBeside } from '../../lib/detached-process.ts';
import type { DemoPlace } from './demo-place.ts';

export interface DemoCommand {
  readonly args: readonly string[];
  /** Who types it. */
  readonly user: string;
  /** Each line of `--json`, as it comes. */
  readonly onLine?: (line: unknown) => void;
  /** Shows what it prints instead of reading it. */
  readonly isShown?: boolean;
}

/** How it ended: the exit code, and the last line of `--json`. */
export interface DemoAnswer {
  readonly code: number;
  readonly last: unknown;
}

const entry = moduleBeside(import.meta.url, '../../main');

/** Runs `deployer …` as a process of its own, as a person of the demo would in the repository. */
export async function runDeployer(
  place: DemoPlace,
  { args, user, onLine, isShown = false }: DemoCommand,
  signal: AbortSignal,
): Promise<DemoAnswer> {
  const child = spawn(process.execPath, [entry, ...args, ...(isShown ? [] : ['--json'])], {
    cwd: place.repository,
    env: {
      ...callerEnv(process.env),
      DEPLOYER_HOME: place.home,
      DEPLOYER_USER: user,
      TMPDIR: place.temporary,
      ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}),
    },
    stdio: ['ignore', isShown ? 'inherit' : 'pipe', isShown ? 'inherit' : 'ignore'],
    signal,
  });
  let last: unknown = null;
  if (child.stdout !== null) {
    createInterface({ input: child.stdout }).on('line', (line) => {
      last = JSON.parse(line);
      onLine?.(last);
    });
  }
  return { code: await endOf(child), last };
}

function endOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}
