import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import {
  type EdgeAddress,
  type EdgeObservation,
  type EdgeRef,
  type EdgeRoutes,
  type Edges,
  edgeUrl,
} from '../core/edge.ts';
import type { EdgeSettings } from '../core/integration.ts';
import { DeployerError } from '../errors.ts';
import { DetachedProcessError, moduleBeside, startDetached } from '../lib/detached-process.ts';
import { isRunning, signalProcess } from '../lib/process-identity.ts';
import { waitUntil } from '../lib/wait-until.ts';
import { askEdge, edgeAnswers } from './admin-client.ts';
import { edgeFolder, type EdgeRecord, readEdgeRecord } from './edge-record.ts';
import { defaultLimits, type EdgeLimits } from './limits.ts';
import { lastingFreePort } from './ports.ts';
import { type EdgeArguments, EdgeObservationSchema } from './schema.ts';
import { errorOfStart } from './start-failure.ts';

const startMs = 15_000;

export interface ProcessEdgesOptions {
  /** Deployer's home folder. */
  readonly home: string;
  /** Instead of the default limits. */
  readonly limits?: Partial<EdgeLimits>;
}

/** Edges as processes of this machine, which outlive the one that starts them. */
export function processEdges(options: ProcessEdgesOptions): Edges {
  const { home } = options;
  const limits = { ...defaultLimits, ...options.limits };
  /** Ports given out by this process, which nothing may listen on yet. */
  const givenOut = new Set<number>();

  async function running(edge: EdgeRef): Promise<EdgeRecord | null> {
    const record = await readEdgeRecord(edgeFolder(home, edge));
    return record !== null && (await isRunning(record)) ? record : null;
  }

  return {
    async ensure(edge: EdgeRef, settings: EdgeSettings, signal: AbortSignal): Promise<EdgeAddress> {
      const folder = edgeFolder(home, edge);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const record =
        (await answering(folder)) ??
        (await start({ edge, folder, authorityFolder: join(home, 'ca'), settings, limits }, signal));
      // The one that runs may have been started with other settings.
      await askEdge(record, { method: 'PUT', path: '/settings', body: settings }, signal);
      return addressOf((await readEdgeRecord(folder)) ?? record);
    },

    async address(edge: EdgeRef): Promise<EdgeAddress | null> {
      const record = await readEdgeRecord(edgeFolder(home, edge));
      return record === null ? null : addressOf(record);
    },

    async freePort(signal: AbortSignal): Promise<number> {
      signal.throwIfAborted();
      const port = await lastingFreePort(givenOut);
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
      return EdgeObservationSchema.parse(
        await askEdge(record, { method: 'GET', path: '/observation' }, signal),
      );
    },

    async stop(edge: EdgeRef, signal: AbortSignal): Promise<void> {
      const record = await running(edge);
      if (record !== null) await stopProcess(record, limits.drainMs, signal);
    },
  };
}

async function answering(folder: string): Promise<EdgeRecord | null> {
  const record = await readEdgeRecord(folder);
  return record !== null && (await edgeAnswers(record)) ? record : null;
}

async function start(arguments_: EdgeArguments, signal: AbortSignal): Promise<EdgeRecord> {
  const { folder } = arguments_;
  const logFile = join(folder, 'edge.log');
  try {
    return await startDetached({
      entry: moduleBeside(import.meta.url, './main'),
      args: [JSON.stringify(arguments_)],
      logFile,
      ready: () => answering(folder),
      timeoutMs: startMs,
      signal,
    });
  } catch (error) {
    if (!(error instanceof DetachedProcessError)) throw error;
    const { message, lastLines } = error;
    throw errorOfStart({ message, lastLines, logFile });
  }
}

async function stopProcess(record: EdgeRecord, drainMs: number, signal: AbortSignal): Promise<void> {
  await signalProcess(record, 'SIGTERM');
  const isGone = async (): Promise<true | null> => ((await isRunning(record)) ? null : true);
  const what = `the edge on port ${record.port} to end`;
  const hint = 'Look at it with `deployer doctor`.';
  try {
    await waitUntil(isGone, { timeoutMs: drainMs + 3_000, signal, what, hint });
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof DeployerError)) throw error;
    await signalProcess(record, 'SIGKILL');
    await waitUntil(isGone, { timeoutMs: 3_000, signal, what, hint });
  }
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
