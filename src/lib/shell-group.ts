import { type ChildProcess, spawn } from 'node:child_process';

/**
 * The leash: a subshell of the command's own process group that reads from a pipe held by this process. When this
 * process ends, however it ends, the pipe closes and the subshell kills its group. As long as the subshell lives the
 * group's id cannot be given to another process, so the kill cannot hit a stranger.
 */
const leash = `(trap '' TERM INT HUP; read -r _ <&3; kill -KILL -$$) >/dev/null 2>&1 & exec 3<&-; exec /bin/sh -c "$@"`;

export interface ShellGroupOptions {
  readonly command: string;
  /** What the command finds as `"$@"`: text that the shell must not read as code. @default none */
  readonly args?: readonly string[];
  readonly cwd: string;
  /** The whole environment; nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
}

/** A shell command in a process group of its own, which cannot outlive this process. */
export interface ShellGroup {
  readonly child: ChildProcess;
  /** Group id, equal to the id of its first process. */
  readonly pid: number;
  /** Sends a signal to every process of the group; nothing happens when it has ended. */
  signal(signal: NodeJS.Signals): void;
  /** Ends what is left of the group at once. Call it when the command has ended: it may have left children behind. */
  release(): void;
}

/**
 * Starts `/bin/sh -c command` as the leader of a new process group. Throws what `spawn` reports, e.g. a missing folder.
 */
export async function spawnShellGroup(options: ShellGroupOptions): Promise<ShellGroup> {
  const child = spawn('/bin/sh', ['-c', leash, 'sh', options.command, 'sh', ...(options.args ?? [])], {
    cwd: options.cwd,
    env: { ...options.env },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`no process for: ${options.command}`);
  const held = child.stdio[3];
  held?.on('error', () => {
    // The far end closing first is the normal end of a group.
  });
  return {
    child,
    pid,
    signal: (signal) => signalGroup(pid, signal),
    release: () => held?.destroy(),
  };
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
