import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import {
  type EdgeAddress,
  type EdgeObservation,
  type EdgeRef,
  type EdgeRoutes,
  type Edges,
  edgeUrl,
} from '../core/switching/edge.ts';
import type { EdgeSettings } from '../core/definition/integration.ts';
import type { LastingPortUse } from '../core/places/port-ranges.ts';
import { DeployerError } from '../errors.ts';
import { pause } from '../lib/pause.ts';
import { isRunning } from '../lib/process-identity.ts';
import { askEdge, SilentEdgeError } from './admin-client.ts';
import { complaint } from './complain.ts';
import { startEdge, stopEdge } from './edge-process.ts';
import { edgeFolder, type EdgeRecord, readEdgeRecord, logFile } from './edge-record.ts';
import { defaultLimits, type EdgeLimits } from './limits.ts';
import { lastingFreePort } from './ports.ts';
import { EdgeHealth, EdgeObservationSchema } from './schema.ts';
import { Silences } from '../lib/silences.ts';
import { messagesVersion } from './worker-messages.ts';

/** Its workers may still serve: that is worth waiting for. */
const usualLongestSilenceMs = 20_000;
/** Below the time that whoever looks at an environment has for all of it. */
const observationMs = 8_000;

export interface ProcessEdgesOptions {
  /** Deployer's home folder. */
  readonly home: string;
  /** Instead of the default limits. */
  readonly limits?: Partial<EdgeLimits>;
  /** How long an edge that runs may answer nobody, or have no worker, before it is replaced. @default 20_000 */
  readonly longestSilenceMs?: number;
}

/** Edges as processes of this machine, which outlive the one that starts them. */
export function processEdges(options: ProcessEdgesOptions): Edges {
  const { home } = options;
  const limits = { ...defaultLimits, ...options.limits };
  /** Ports given out by this process, which nothing may listen on yet. */
  const givenOut = new Set<number>();
  const silences = new Silences(options.longestSilenceMs ?? usualLongestSilenceMs);

  async function running(edge: EdgeRef): Promise<EdgeRecord | null> {
    const record = await readEdgeRecord(edgeFolder(home, edge));
    return record !== null && (await isRunning(record)) ? record : null;
  }

  /** One that answers, but whose workers cannot serve, is as silent to users as one that does not. */
  async function observed(record: EdgeRecord, withinMs: number, signal: AbortSignal): Promise<Answer> {
    const askedAtMs = performance.now();
    try {
      const answer = await askEdge(record, { method: 'GET', path: '/observation', withinMs }, signal);
      const health = healthOf(answer, record);
      if (health.readyWorkers === 0) silences.noteSilence(record, askedAtMs, performance.now());
      else silences.noteAnswer(record);
      return { answer, health };
    } catch (error) {
      if (error instanceof SilentEdgeError) silences.noteSilence(record, askedAtMs, performance.now());
      throw error;
    }
  }

  /** Whether waiting for it is over: it has served nobody for too long, or never will again. */
  function isGivenUp(record: EdgeRecord, health: EdgeHealth | null): boolean {
    return silences.isTooLong(record) || (health?.readyWorkers === 0 && health.isOutdated);
  }

  /** The edge that runs, as soon as it can serve; null when none does. One that does not come to that is ended. */
  async function adopted(edge: EdgeRef, signal: AbortSignal): Promise<EdgeRecord | null> {
    for (;;) {
      const record = await running(edge);
      if (record === null) return null;
      let health: EdgeHealth | null = null;
      try {
        ({ health } = await observed(record, 2_000, signal));
        if (health.readyWorkers !== 0) return record;
      } catch (error) {
        signal.throwIfAborted();
        // Whatever it refuses with: the one that is started finds out whether it is needed.
        if (!(error instanceof SilentEdgeError)) return null;
      }
      if (isGivenUp(record, health)) {
        const line = complaint(
          `the edge ${health === null ? 'stayed silent' : 'had no workers'} and is replaced`,
        );
        await appendFile(logFile(edgeFolder(home, edge)), line);
        // What is open at its workers is theirs to finish: they notice that it ends.
        await stopEdge(record, 0, signal);
        return null;
      }
      await pause(100, signal);
    }
  }

  return {
    async ensure(edge: EdgeRef, settings: EdgeSettings, signal: AbortSignal): Promise<EdgeAddress> {
      const folder = edgeFolder(home, edge);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const record =
        (await adopted(edge, signal)) ??
        (await startEdge({ edge, folder, authorityFolder: join(home, 'ca'), settings, limits }, signal));
      // The one that runs may have been started with other settings.
      await askEdge(record, { method: 'PUT', path: '/settings', body: settings }, signal);
      return addressOf((await readEdgeRecord(folder)) ?? record);
    },

    async address(edge: EdgeRef): Promise<EdgeAddress | null> {
      const record = await readEdgeRecord(edgeFolder(home, edge));
      return record === null ? null : addressOf(record);
    },

    async freePort(use: LastingPortUse, signal: AbortSignal): Promise<number> {
      signal.throwIfAborted();
      const port = await lastingFreePort(use, givenOut);
      givenOut.add(port);
      return port;
    },

    async put(edge: EdgeRef, routes: EdgeRoutes, signal: AbortSignal): Promise<void> {
      const record = await running(edge);
      if (record === null) throw notRunning(edge);
      await askEdge(record, { method: 'PUT', path: '/routes', body: routes }, signal);
    },

    async observe(edge: EdgeRef, signal: AbortSignal): Promise<EdgeObservation | null> {
      const record = await running(edge);
      if (record === null) return null;
      try {
        const { answer, health } = await observed(record, observationMs, signal);
        return isGivenUp(record, health) ? null : { ...EdgeObservationSchema.parse(answer), ...health };
      } catch (error) {
        if (error instanceof SilentEdgeError && silences.isTooLong(record)) return null;
        throw error;
      }
    },

    async stop(edge: EdgeRef, signal: AbortSignal): Promise<boolean> {
      const record = await running(edge);
      if (record !== null) await stopEdge(record, limits.drainMs, signal);
      return record !== null;
    },
  };
}

interface Answer {
  readonly answer: unknown;
  readonly health: EdgeHealth;
}

/** It knows when a worker was of another version; that the next one will be, its record says beforehand. */
function healthOf(answer: unknown, { messages }: EdgeRecord): EdgeHealth {
  const { readyWorkers = null, isOutdated = false } = EdgeHealth.safeParse(answer).data ?? {};
  return { readyWorkers, isOutdated: isOutdated || messages < messagesVersion };
}

function addressOf({ port, caFile, probeToken }: EdgeRecord): EdgeAddress {
  return { url: edgeUrl(port), port, caFile, probeToken };
}

function notRunning({ integration, environment }: EdgeRef): DeployerError {
  return new DeployerError('edge_failed', {
    message: `The edge of ${integration}/${environment} does not run.`,
    hint: 'Start the server with `deployer status`; it brings the edge back.',
  });
}
