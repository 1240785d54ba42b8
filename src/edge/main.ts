import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import { endProcess } from '../lib/end-process.ts';
import { claimExclusively } from '../lib/exclusive-claim.ts';
import { keepLogsShort } from '../lib/log-rotation.ts';
import { ownIdentity, type ProcessIdentity } from '../lib/process-identity.ts';
import { socketPath } from '../lib/socket-path.ts';
import { DeployerError } from '../errors.ts';
import { edgeAnswers } from './admin-client.ts';
import { complain } from './complain.ts';
import { type EdgeRecord, logFile, readEdgeRecord, recordFile } from './edge-record.ts';
import { lastingFreePort } from './ports.ts';
import { serveAdmin } from './primary/admin-server.ts';
import { Primary } from './primary/primary.ts';
import { RecordKeeper } from './primary/record-keeper.ts';
import { RouteStore } from './primary/route-store.ts';
import { EdgeArguments } from './schema.ts';
import { startFailure } from './start-failure.ts';
import { messagesVersion } from './worker-messages.ts';

/** The program of an edge. Its one argument is `EdgeArguments` as JSON; it writes `edge.json` when it answers. */
try {
  // A full disk must not end the edge, and what users have open there, because it says so.
  process.stderr.on('error', () => undefined);
  await main(EdgeArguments.parse(JSON.parse(process.argv[2] ?? '')));
} catch (error) {
  process.stderr.write(`${startFailure(error)}\n`);
  await endProcess(1);
}

async function main(options: EdgeArguments): Promise<void> {
  const { folder, settings } = options;
  const self = await ownIdentity();
  if (!(await claimed(folder, self))) return;

  keepLogsShort([logFile(folder)], (error) => complain('the log of the edge was not rotated', error));
  const former = await formerRecord(folder);
  const socket = socketPath(join(folder, 'edge.sock'));
  const token = newToken();
  const probeToken = former?.probeToken ?? newToken();
  const primary = await Primary.start({
    arguments: options,
    port: settings.port ?? former?.port ?? (await lastingFreePort()),
    probeToken,
    store: await RouteStore.open(folder),
  });
  const record = (): EdgeRecord => {
    const { port, caFile } = primary;
    return { v: 1, ...self, token, probeToken, socket, port, caFile, messages: messagesVersion };
  };
  const keeper = new RecordKeeper({ folder, self, record });
  const announce = (): Promise<void> => keeper.announce();
  const admin = await serveAdmin({ socket, token, edge: options.edge, primary, announce });
  await announce();
  keeper.start();

  const stop = (): void => {
    keeper.stop();
    admin.close();
    admin.closeAllConnections();
    void end(primary, socket);
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  // The terminal of whoever started it is none of its business.
  process.on('SIGHUP', () => {});
}

async function formerRecord(folder: string): Promise<EdgeRecord | null> {
  const record = await readEdgeRecord(folder);
  if (record === null && existsSync(recordFile(folder))) {
    complain('edge.json was damaged: the port of the former edge is not known, unless the settings name it');
  }
  return record;
}

async function end(primary: Primary, socket: string): Promise<void> {
  await primary.end();
  await rm(socket, { force: true });
  await endProcess(0);
}

/**
 * Makes this process the only edge of the folder. Of two that are started at once the second waits until the first
 * one answers, and is then not needed: false.
 */
async function claimed(folder: string, self: ProcessIdentity): Promise<boolean> {
  const endsAt = performance.now() + 10_000;
  while (!(await claimExclusively(folder, 'edge', self))) {
    const record = await readEdgeRecord(folder);
    if (record !== null && (await edgeAnswers(record))) return false;
    if (performance.now() > endsAt) {
      throw new DeployerError('edge_failed', {
        message: 'Another edge of this environment is running, but does not answer.',
        hint: 'Look for it with `deployer doctor`.',
      });
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return true;
}

function newToken(): string {
  return randomBytes(32).toString('base64url');
}
