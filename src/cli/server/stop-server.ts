import type { ServerFile } from '../../api/server-file.ts';
import type { StoppedView } from '../../api/views/server.ts';
import { isRunning } from '../../lib/process-identity.ts';
import { waitUntil } from '../../lib/wait-until.ts';
import type { Context } from '../context.ts';
import { openClient } from './open-client.ts';

/** What is in flight is ended, components drain. */
const stopDeadlineMs = 5 * 60_000;

/**
 * Ends the server of this home, if there is one, and returns when its process is gone. With `all` also what is
 * deployed and the database, whether a server runs or not.
 */
export async function stopServer(
  context: Context,
  server: ServerFile | null,
  all: boolean,
): Promise<StoppedView> {
  const { home, signal } = context;
  if (server === null) {
    return all ? (await context.serverVerbs()).stopAll({ home, signal }) : { stopped: [] };
  }
  const client = await openClient({ socketPath: server.socket, actor: null });
  try {
    const view = await client.call(
      'stop',
      { body: { all, afterSteps: false } },
      { timeoutMs: stopDeadlineMs, signal },
    );
    await waitUntil(async () => ((await isRunning(server)) ? null : true), {
      timeoutMs: 60_000,
      signal,
      what: `the server (process ${server.pid}) to end`,
      hint: 'deployer doctor',
    });
    return view;
  } finally {
    await client.close();
  }
}
