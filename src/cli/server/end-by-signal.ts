import type { ServerFile } from '../../api/server-file.ts';
import { isRunning, signalProcess } from '../../lib/process-identity.ts';
import { waitUntil } from '../../lib/wait-until.ts';
import type { Context } from '../context.ts';
import { lineAbove } from '../output/progress.ts';

/** It may only be its API that hangs: then it ends its steps and the database's connections as it should. */
const endsWithinMs = 10_000;

/** Ends a server that hangs: SIGTERM, then SIGKILL, to that process and no other. What it was doing is done again. */
export async function endBySignal({ terminal, signal }: Context, server: ServerFile): Promise<void> {
  if (!(await isRunning(server))) return;
  lineAbove(
    terminal.err,
    `deployer: the server (process ${server.pid}) does not answer; it is sent SIGTERM, then SIGKILL`,
  );
  const hasEnded = async (): Promise<true | null> => ((await isRunning(server)) ? null : true);
  const what = `the server (process ${server.pid}) to end`;
  const wait = { timeoutMs: endsWithinMs, signal, what, hint: 'deployer doctor' };
  await signalProcess(server, 'SIGTERM');
  try {
    await waitUntil(hasEnded, wait);
  } catch {
    signal.throwIfAborted();
    await signalProcess(server, 'SIGKILL');
    await waitUntil(hasEnded, wait);
  }
}
