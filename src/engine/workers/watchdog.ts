import { stat } from 'node:fs/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Logger } from 'pino';

import { queueOf } from '../../core/workers/host.ts';
import {
  type DiskNeed,
  type Finding,
  findings,
  fullDatabase,
  fullDisk,
  type Health,
  healthOf,
  isConfirmed,
  type Pulse,
  remember,
  type Seen,
  stalledLoops,
  type Trouble,
} from '../../core/workers/watchdog.ts';
import { isFullAt } from '../../lib/disk-full.ts';
import { findRun, type GateRow, gatesOf } from '../../store/runs.ts';
import { oldestQueuedMs, unknownWorkflows } from '../../store/workflows.ts';
import { knownWorkflows, runOfWorkflow, workflowOf } from '../messages.ts';
import type { EngineParts } from '../parts.ts';
import { ask, questionAt } from '../pipeline/ask.ts';
import { tellStranded } from './stranded.ts';

/** Whether the work of this process advances, and what is wrong in its care. */
export interface Watchdog {
  /** Looks once, mends what it safely can, and remembers the rest. */
  readonly look: () => Promise<void>;
  /** Asks nothing and nobody, so it also answers when the database does not. */
  readonly health: () => Health & { readonly troubles: readonly Trouble[] };
  stop(): void;
}

const lagResolutionMs = 100;
const noneFull = { disks: [], database: [] };

export interface WatchdogOptions {
  readonly pulses: () => readonly Pulse[];
  /** Folders of this host without which nothing goes on when they are full. */
  readonly disks: readonly DiskNeed[];
  /** Whether the database is on this host, so that a disk which is full explains why it has no room. */
  readonly isOwnDatabase: boolean;
  readonly logger: Logger;
}

export function watchdog(
  parts: EngineParts,
  { pulses, disks, isOwnDatabase, logger }: WatchdogOptions,
): Watchdog {
  const delays = monitorEventLoopDelay({ resolution: lagResolutionMs });
  delays.enable();
  let full: { readonly disks: readonly Finding[]; readonly database: readonly Finding[] } = noneFull;
  let fullSince: ReadonlyMap<string, Seen> = new Map();
  let confirmed: readonly Finding[] = [];
  let seen: ReadonlyMap<string, Seen> = new Map();

  async function lookForRoom(): Promise<void> {
    noteFull({ ...full, disks: (await fullAmong(disks)).map(fullDisk) });
    // One that does not answer may be as full as it was.
    const isFull = await parts.database.room.isShort();
    const isExplained = isOwnDatabase && full.disks.length > 0;
    noteFull({ ...full, database: isFull && !isExplained ? [fullDatabase()] : [] });
  }

  function noteFull(found: typeof full): void {
    full = found;
    fullSince = remember(
      fullSince,
      [...full.disks, ...full.database].map(({ key }) => key),
      parts.clock.now(),
    );
  }

  async function look(): Promise<void> {
    const { database, worker, clock } = parts;
    await lookForRoom();
    const gates = await gatesOf(database.db, worker.host.id);
    const unknown = await unknownWorkflows(database.db, worker, knownWorkflows);
    const found = findings({
      pulses: [],
      lagMs: delays.max / 1e6,
      oldestQueuedMs: await oldestQueuedMs(database.db, queueOf(worker.host.id)),
      unknown: unknown.map(({ id, name }) => ({ run: runOfWorkflow(id), workflow: name })),
      gates,
      nowMs: clock.now(),
    });
    delays.reset();
    const before = seen;
    seen = remember(
      before,
      found.map(({ key }) => key),
      clock.now(),
    );
    confirmed = found.filter((each) => isConfirmed(each, seen.get(each.key) ?? { sinceMs: 0, looks: 0 }));
    for (const { key, sentence } of confirmed)
      if ((seen.get(key)?.looks ?? 0) <= 2) logger.warn({ key, sentence }, 'the watchdog found something');
    await mendGates(parts, gates, confirmed);
    await tellStranded(parts);
  }

  return {
    look,
    health() {
      const now = performance.now();
      const stalled = stalledLoops(pulses(), now);
      const stalledSince = new Map(pulses().map(({ loop, lastMs }) => [`loop ${loop}`, lastMs]));
      const wallMs = parts.clock.now();
      const sinceMs = ({ key }: Finding): number => {
        const lastMs = stalledSince.get(key);
        const known = seen.get(key) ?? fullSince.get(key);
        return lastMs === undefined ? (known?.sinceMs ?? wallMs) : wallMs - (now - lastMs);
      };
      const all = [...full.disks, ...full.database, ...stalled, ...confirmed];
      const troubles = all.map((each) => ({
        key: each.key,
        sentence: each.sentence,
        next: each.next,
        since: new Date(sinceMs(each)).toISOString(),
      }));
      return { ...healthOf(all), troubles };
    },
    stop: () => delays.disable(),
  };
}

/** One folder of each disk that is full for what is there. */
async function fullAmong(folders: readonly DiskNeed[]): Promise<readonly DiskNeed[]> {
  const byDevice = new Map<number, DiskNeed>();
  for (const folder of folders) {
    if (!(await isFullAt(folder.path, folder.neededBytes))) continue;
    const { dev } = await stat(folder.path);
    if (!byDevice.has(dev)) byDevice.set(dev, folder);
  }
  return [...byDevice.values()];
}

/** Both are safe: asking again changes nothing that was asked, and who is woken only looks. */
async function mendGates(
  parts: EngineParts,
  gates: readonly GateRow[],
  confirmed: readonly Finding[],
): Promise<void> {
  const keys = new Set(confirmed.map(({ key }) => key));
  for (const { run: id, index } of gates) {
    const run =
      keys.has(`untold ${id}`) || keys.has(`unasked ${id}`) ? await findRun(parts.database.db, id) : null;
    if (run === null) continue;
    const stage = index === null ? null : run.plan.stages[index];
    if (keys.has(`untold ${id}`) && index !== null && stage !== null && stage !== undefined)
      await ask(parts, { run: id, index, ...questionAt(stage) });
    else
      await parts.database.transaction(({ client }) =>
        parts.messages.wake(client, workflowOf(id, run.attempt)),
      );
  }
}
