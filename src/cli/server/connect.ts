import type { ApiClient } from '../../api/client.ts';
import { isNewer, type ServerFile } from '../../api/server-file.ts';
import { DeployerError } from '../../errors.ts';
import { isRunning } from '../../lib/process-identity.ts';
import { waitUntil } from '../../lib/wait-until.ts';
import type { Context } from '../context.ts';
import { notBuilt } from '../not-built.ts';
import { withProgress } from '../output/progress.ts';
import { openClient } from './open-client.ts';
import { answeringServer, recordedServer } from './running-server.ts';
import { startServer } from './start-server.ts';

/** The server ends between two steps, but waits no longer than 15 minutes. */
const stopDeadlineMs = 16 * 60_000;

/**
 * Does something with the server of this home, which is started when none runs, and restarted when it is older than
 * this CLI. Throws `server_newer` when it is newer. Without an actor only reading, and a look at what is tracked, is
 * allowed.
 */
export async function withServer<T>(
  context: Context,
  actor: string | null,
  use: (client: ApiClient) => Promise<T>,
): Promise<T> {
  const client = await openClient({ socketPath: (await serverFor(context)).socket, actor });
  try {
    return await use(client);
  } finally {
    await client.close();
  }
}

/** As `withServer` for a verb that starts none: null when none runs, or it is another version's. */
export async function withRunningServer<T>(
  context: Context,
  use: (client: ApiClient) => Promise<T>,
  actor: string | null = null,
): Promise<T | null> {
  refuseRemote(context);
  const found = await answeringServer(context.home);
  if (found === null || isNewer(found, context.build)) return null;
  const client = await openClient({ socketPath: found.socket, actor });
  try {
    return await use(client);
  } finally {
    await client.close();
  }
}

async function serverFor(context: Context): Promise<ServerFile> {
  refuseRemote(context);
  const found = await answeringServer(context.home);
  if (found === null) return startServer(context);
  if (isNewer(found, context.build)) throw newerServer(found, context);
  if (!isNewer(context.build, found)) return found;
  await stopOlder(found, context);
  return startServer(context);
}

/** Another server, on another machine, comes in a later version. */
function refuseRemote({ env }: Context): void {
  const remote = env['DEPLOYER_SERVER'];
  if (remote !== undefined && remote !== '') throw notBuilt('with DEPLOYER_SERVER');
}

function newerServer(found: ServerFile, { build }: Context): DeployerError {
  const [server, own] = [found, build].map(({ version, builtAt }) => `${version} (built ${builtAt})`);
  return new DeployerError('server_newer', {
    message: `The server of this home is Deployer ${server}, newer than this command's ${own}. Nothing was changed.`,
    hint: 'Use the newer deployer, or end its server with it first: deployer stop',
  });
}

async function stopOlder(found: ServerFile, context: Context): Promise<void> {
  const what = `restarting the local server after the stage in flight (it is ${differenceText(found, context)})`;
  await withProgress(context.terminal.err, what, async () => {
    const client = await openClient({ socketPath: found.socket, actor: null });
    try {
      await client.call(
        'stop',
        { body: { all: false, afterSteps: true } },
        { timeoutMs: stopDeadlineMs, signal: context.signal },
      );
    } catch (error) {
      // Another command was faster: then it is ending already.
      if (!(error instanceof DeployerError) || error.code !== 'server_unreachable') throw error;
    } finally {
      await client.close();
    }
    await waitUntilEnded(found, context);
  });
}

function differenceText(found: ServerFile, { build }: Context): string {
  return found.version === build.version
    ? 'of an older commit than this command'
    : `${found.version}, this command ${build.version}`;
}

async function waitUntilEnded(found: ServerFile, context: Context): Promise<void> {
  await waitUntil(
    async () => {
      const now = await recordedServer(context.home);
      const isGone = !(await isRunning(found)) || (now !== null && now.pid !== found.pid);
      return isGone ? true : null;
    },
    {
      timeoutMs: 60_000,
      signal: context.signal,
      what: `the older server (process ${found.pid}) to end`,
      hint: 'deployer doctor',
    },
  );
}
