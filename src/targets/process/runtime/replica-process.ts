import { setTimeout as delay } from 'node:timers/promises';

import { splitLines } from '../../../lib/line-splitter.ts';
import { identifyProcess, type ProcessIdentity } from '../../../lib/process-identity.ts';
import { type ShellGroup, type ShellGroupOptions, spawnShellGroup } from '../../../lib/shell-group.ts';
import { endStrays, leashMark } from '../../../lib/strays.ts';
import { groupMembers } from './group-members.ts';
import type { LogFile } from '../../supervised/supervisor/log-file.ts';
import type { LifeEnd } from '../../supervised/supervisor/restart-rule.ts';

/** The leash of `spawnShellGroup`, which stays until the group is released. */
const leashProcesses = 1;

/** How long the kernel may take to remove what was killed. */
const strayTimeoutMs = 10_000;

/** Characters of a line that are kept. */
const longestLine = 16 * 1024;

/** One process group that runs a component's command, from its start to the end of its last process. */
export class ReplicaProcess {
  readonly identity: ProcessIdentity;
  /** Resolves when the first process of the group has ended. */
  readonly ended: Promise<LifeEnd>;
  readonly #group: ShellGroup;
  readonly #stored: Promise<unknown>;
  readonly #mark: Readonly<Record<string, string>>;
  #stopped: Promise<void> | null = null;

  /** Throws what the system says when the program cannot be started. */
  static async start(options: ShellGroupOptions, log: LogFile): Promise<ReplicaProcess> {
    const mark = leashMark();
    const group = await spawnShellGroup({ ...options, env: { ...options.env, ...mark } });
    const ended = endOf(group);
    // A pipe that breaks ends the output, and nothing else.
    const stored = Promise.allSettled([storeLines(group, 'stdout', log), storeLines(group, 'stderr', log)]);
    const identity = (await identifyProcess(group.pid)) ?? { pid: group.pid, startedAt: 'ended at once' };
    return new ReplicaProcess(group, { identity, ended, stored, mark });
  }

  private constructor(
    group: ShellGroup,
    facts: {
      identity: ProcessIdentity;
      ended: Promise<LifeEnd>;
      stored: Promise<unknown>;
      mark: Readonly<Record<string, string>>;
    },
  ) {
    this.#group = group;
    this.identity = facts.identity;
    this.ended = facts.ended;
    this.#stored = facts.stored;
    this.#mark = facts.mark;
  }

  /**
   * SIGTERM to the group, SIGKILL to what is left after `drainMs`; resolves when nothing runs and all output is stored.
   */
  stop(drainMs: number): Promise<void> {
    this.#stopped ??= this.#stop(drainMs);
    return this.#stopped;
  }

  async #stop(drainMs: number): Promise<void> {
    const { pid } = this.#group;
    this.#group.signal('SIGTERM');
    // The first process may be a shell that ends at once while the server that it started still drains.
    await waitWhile(async () => (await groupMembers(pid)).length > leashProcesses, drainMs);
    this.#group.signal('SIGKILL');
    // Without a limit: what does not die of SIGKILL is still there, and nobody may be told otherwise.
    await waitWhile(async () => (await groupMembers(pid)).length > 0, Number.POSITIVE_INFINITY);
    this.#group.release();
    await endStrays(this.#mark, strayTimeoutMs);
    await this.ended;
    // A process that left the group may hold the output open for ever; what the group wrote is there soon.
    await Promise.race([this.#stored, delay(500)]);
  }
}

function endOf(group: ShellGroup): Promise<LifeEnd> {
  return new Promise((resolve) => {
    group.child.once('exit', (code, signal) => resolve({ kind: 'exited', code, signal }));
  });
}

async function storeLines(group: ShellGroup, stream: 'stdout' | 'stderr', log: LogFile): Promise<void> {
  let lines: string[] = [];
  const splitter = splitLines((line) => lines.push(line), {
    maxLength: longestLine,
    redactor: log.redactor,
  });
  const store = async () => {
    const batch = lines;
    lines = [];
    if (batch.length > 0) await log.append(stream, batch);
  };
  // Awaiting each write holds the component back when it writes faster than the disk does.
  for await (const bytes of group.child[stream] ?? []) {
    splitter.push(bytes as Buffer);
    await store();
  }
  splitter.end();
  await store();
}

async function waitWhile(condition: () => Promise<boolean>, timeoutMs: number): Promise<void> {
  const endsAt = performance.now() + timeoutMs;
  for (let pauseMs = 5; await condition(); pauseMs = Math.min(100, pauseMs * 1.5)) {
    const leftMs = endsAt - performance.now();
    if (leftMs <= 0) return;
    await delay(Math.min(pauseMs, leftMs));
  }
}
