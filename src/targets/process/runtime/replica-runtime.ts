import { messageOf } from '../../../lib/message-of.ts';
import { isNodeError } from '../../../lib/node-error.ts';
import type { ProcessIdentity } from '../../../lib/process-identity.ts';
import type {
  Address,
  CommandLine,
  Program,
  ReplicaRuntime,
  ReplicaStart,
} from '../../supervised/runtime.ts';
import type { Limits } from './limits.ts';
import { choosePort } from './ports.ts';
import { ReplicaProcess } from './replica-process.ts';

/** Writes its own id to the files given after the command, then becomes the command. */
const joinAndRun = `run=$1; shift; for procs; do echo $$ >"$procs"; done 2>/dev/null; exec /bin/sh -c "$run"`;

export interface ReplicaFacts {
  readonly command: string;
  /** Folder of the component's files, shared by its replicas. */
  readonly cwd: string;
  readonly limits: Limits;
  /** Of all replicas beside it. */
  readonly takenPorts: () => ReadonlySet<number>;
  /** Called when a process group is there, and when it is gone. */
  readonly onChange: () => void;
}

/** A replica whose lives are process groups of this machine. */
export class ProcessReplica implements ReplicaRuntime {
  readonly #facts: ReplicaFacts;
  #process: ProcessIdentity | null = null;
  #port: number | null = null;

  constructor(facts: ReplicaFacts) {
    this.#facts = facts;
  }

  get enforced(): { readonly memory: boolean; readonly cpu: boolean } {
    return this.#facts.limits.enforced;
  }

  /** The first process of the group that runs now. */
  get process(): ProcessIdentity | null {
    return this.#process;
  }

  get controlGroups(): readonly string[] {
    return this.#facts.limits.folders;
  }

  get port(): number | null {
    return this.#port;
  }

  async address(): Promise<Address> {
    this.#port = await choosePort(this.#port, this.#facts.takenPorts());
    return { host: '127.0.0.1', port: this.#port };
  }

  async start({ env, log }: ReplicaStart): Promise<Program> {
    const { command, cwd, limits } = this.#facts;
    await limits.begin();
    const line =
      limits.joins.length === 0 ? { command } : { command: joinAndRun, args: [command, ...limits.joins] };
    const program = await ReplicaProcess.start({ ...line, cwd, env }, log).catch((error: unknown) => {
      throw new Error(startProblem(error, cwd), { cause: error });
    });
    this.#become(program.identity);
    return {
      identity: program.identity,
      ended: program.ended,
      watchLimits: (signal) => limits.watchMemory(program.identity.pid, signal),
      endedByLimit: () => limits.findMemoryKill(),
      stop: async (drainMs) => {
        await program.stop(drainMs);
        this.#become(null);
      },
    };
  }

  check(command: string, env: Readonly<Record<string, string>>): CommandLine {
    return { command, cwd: this.#facts.cwd, env };
  }

  #become(process: ProcessIdentity | null): void {
    this.#process = process;
    this.#facts.onChange();
  }
}

function startProblem(error: unknown, cwd: string): string {
  // `spawn` names the shell when it is the folder that does not exist.
  if (isNodeError(error) && error.code === 'ENOENT') return `its folder ${cwd} does not exist`;
  return `it could not be started: ${messageOf(error)}`;
}
