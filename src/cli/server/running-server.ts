import { type ServerFile, serverFile } from '../../api/server-file.ts';
import { DeployerError } from '../../errors.ts';
import { readJsonFile } from '../../lib/atomic-file.ts';
import type { Home } from '../../lib/home.ts';
import { refuseCopy } from '../../lib/home-standing.ts';
import { isNodeError } from '../../lib/node-error.ts';
import { isRunning } from '../../lib/process-identity.ts';
import { openClient } from './open-client.ts';

/**
 * What a home's `server.json` says of a server whose process lives; null when there is none. Throws `host_taken` for a
 * copy of a home, whose `server.json` names the server of the other one.
 */
export async function recordedServer(home: Home): Promise<ServerFile | null> {
  await refuseCopy(home);
  const record = await readRecord(home);
  return record !== null && (await isRunning(record)) ? record : null;
}

/** As `recordedServer`, but only one that answers on its socket. */
export async function answeringServer(home: Home): Promise<ServerFile | null> {
  const record = await recordedServer(home);
  if (record === null) return null;
  const client = await openClient({ socketPath: record.socket, actor: null });
  try {
    await client.call('server', {}, { timeoutMs: 5000 });
    return record;
  } catch (error) {
    if (isSilence(error)) return null;
    throw error;
  } finally {
    await client.close();
  }
}

async function readRecord(home: Home): Promise<ServerFile | null> {
  try {
    return await readJsonFile(home.serverFile, serverFile);
  } catch (error) {
    // What is wrong with the home itself is said when a server is to be started on it.
    if (isNodeError(error) && (error.code === 'ENOTDIR' || error.code === 'EACCES')) return null;
    throw new DeployerError('home_invalid', {
      message: `${home.serverFile} cannot be read as the record of a server.`,
      hint: `Remove it if no server runs on this home: rm ${home.serverFile}`,
      cause: error,
    });
  }
}

/** Whether nothing came at all, in contrast to a refusal. */
export function isSilence(error: unknown): boolean {
  if (!(error instanceof DeployerError)) return false;
  const { code } = error;
  return code === 'server_unreachable' || code === 'deadline_passed';
}
