import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

import type { Resources } from '../../../core/definition/integration.ts';
import { type ControlGroup, isMember, limitedGroup, outOfMemoryKills } from './control-group.ts';
import { groupMembers, residentBytes } from './group-members.ts';

/** A peak is allowed; staying above is not. */
const samplesUntilOver = 3;

export interface LimitedReplica {
  /** Folder of the deployment, which makes the names of its control groups its own. */
  readonly root: string;
  readonly component: string;
  readonly index: number;
  readonly resources: Resources;
  /** @default control groups of this system */
  readonly makeGroup?: typeof limitedGroup;
  /** Time between looks at memory that the kernel does not limit. @default 2000 */
  readonly sampleEveryMs?: number;
}

/**
 * The memory and CPU limits of a replica. Where control groups can be made the kernel applies both; elsewhere memory
 * is watched and CPU left alone. Never a reason not to start.
 */
export class Limits {
  readonly #memoryBytes: number | null;
  readonly #sampleEveryMs: number;
  readonly #memory: ControlGroup | null;
  readonly #cpu: ControlGroup | null;
  #killsBefore = 0;

  static async apply(replica: LimitedReplica): Promise<Limits> {
    const { root, component, index, makeGroup = limitedGroup } = replica;
    const { memoryBytes, cpuMillis } = replica.resources;
    const deployment = createHash('sha256').update(root).digest('hex').slice(0, 16);
    const name = `deployer-${deployment}-${component}-${index}`;
    const memory = memoryBytes === null ? null : await makeGroup(name, 'memory', memoryBytes);
    const cpu = cpuMillis === null ? null : await makeGroup(name, 'cpu', cpuMillis);
    return new Limits(replica, memory, cpu);
  }

  private constructor(replica: LimitedReplica, memory: ControlGroup | null, cpu: ControlGroup | null) {
    this.#memoryBytes = replica.resources.memoryBytes;
    this.#sampleEveryMs = replica.sampleEveryMs ?? 2000;
    this.#memory = memory;
    this.#cpu = cpu;
  }

  /** Which limits the kernel applies. */
  get enforced(): { readonly memory: boolean; readonly cpu: boolean } {
    return { memory: this.#memory !== null, cpu: this.#cpu !== null };
  }

  /** Folders of the control groups, to be removed when the replica is gone for good. */
  get folders(): readonly string[] {
    return [...new Set([this.#memory, this.#cpu].flatMap((group) => group?.folder ?? []))];
  }

  /** Files to which the first process of the replica writes its id before it runs the command. */
  get joins(): readonly string[] {
    return [...new Set([this.#memory, this.#cpu].flatMap((group) => group?.join ?? []))];
  }

  /** Called before each start of the replica's process. */
  async begin(): Promise<void> {
    if (this.#memory !== null) this.#killsBefore = await outOfMemoryKills(this.#memory);
  }

  /** After the end of a process: that it was ended for using too much memory; null if it was not. */
  async findMemoryKill(): Promise<string | null> {
    if (this.#memory === null || (await outOfMemoryKills(this.#memory)) <= this.#killsBefore) return null;
    return overLimit(this.#memoryBytes ?? 0);
  }

  /** Resolves with the reason when the memory of a process group stays above the limit and the kernel does not look. */
  async watchMemory(pid: number, signal: AbortSignal): Promise<string> {
    const limit = this.#memoryBytes;
    if (limit === null) return never();
    await delay(this.#sampleEveryMs, undefined, { signal });
    if (this.#memory !== null && (await isMember(this.#memory, pid))) return never();
    for (let over = 0; over < samplesUntilOver;) {
      const bytes = await residentBytes(await groupMembers(pid));
      over = bytes > limit ? over + 1 : 0;
      await delay(this.#sampleEveryMs, undefined, { signal });
    }
    return overLimit(limit);
  }
}

/** `256Mi`, as a limit is written in the spec. */
export function memoryText(bytes: number): string {
  const units = ['', 'Ki', 'Mi', 'Gi', 'Ti'];
  let amount = bytes;
  let unit = 0;
  while (amount >= 1024 && amount % 1024 === 0 && unit < units.length - 1) {
    amount /= 1024;
    unit += 1;
  }
  return `${amount}${units[unit]}`;
}

function overLimit(bytes: number): string {
  return `it went over its memory limit of ${memoryText(bytes)}`;
}

function never(): Promise<string> {
  return new Promise(() => undefined);
}
