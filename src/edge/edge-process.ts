import { DeployerError } from '../errors.ts';
import { DetachedProcessError, moduleBeside, startDetached } from '../lib/detached-process.ts';
import { isRunning, signalProcess } from '../lib/process-identity.ts';
import { waitUntil } from '../lib/wait-until.ts';
import { edgeAnswers } from './admin-client.ts';
import { type EdgeRecord, logFile, readEdgeRecord } from './edge-record.ts';
import type { EdgeArguments } from './schema.ts';
import { errorOfStart } from './start-failure.ts';

const startMs = 15_000;

/** Starts the program of an edge and returns when it answers, or another one that was faster. Throws `edge_failed`. */
export async function startEdge(arguments_: EdgeArguments, signal: AbortSignal): Promise<EdgeRecord> {
  const { folder } = arguments_;
  try {
    return await startDetached({
      entry: moduleBeside(import.meta.url, './main'),
      args: [JSON.stringify(arguments_)],
      logFile: logFile(folder),
      ready: () => answering(folder),
      timeoutMs: startMs,
      signal,
    });
  } catch (error) {
    if (!(error instanceof DetachedProcessError)) throw error;
    const { message, lastLines } = error;
    throw errorOfStart({ message, lastLines, logFile: logFile(folder) });
  }
}

/** Ends an edge; what is open gets the drain time. */
export async function stopEdge(record: EdgeRecord, drainMs: number, signal: AbortSignal): Promise<void> {
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

async function answering(folder: string): Promise<EdgeRecord | null> {
  const record = await readEdgeRecord(folder);
  return record !== null && (await edgeAnswers(record)) ? record : null;
}
