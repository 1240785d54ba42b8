import { chmod, mkdir, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { FastifyInstance } from 'fastify';

import type { ServerFile } from '../api/server-file.ts';
import { writeFileAtomically } from '../lib/atomic-file.ts';
import type { BuildInfo } from '../lib/build-info.ts';
import type { Home } from '../lib/home.ts';
import type { ProcessIdentity } from '../lib/process-identity.ts';
import { socketPath } from '../lib/socket-path.ts';

/** Opens the API on the home's Unix socket (only this user's), and writes down how to find it. */
export async function listen(
  app: FastifyInstance,
  { home, build, self }: { readonly home: Home; readonly build: BuildInfo; readonly self: ProcessIdentity },
): Promise<ServerFile> {
  const socket = socketPath(home.apiSocket);
  await mkdir(dirname(socket), { recursive: true, mode: 0o700 });
  // Left by a server that was killed; the home's lock says that none of them lives.
  await rm(socket, { force: true });
  await app.listen({ path: socket });
  await chmod(socket, 0o600);
  const file: ServerFile = { ...self, socket, ...build };
  await writeFileAtomically(home.serverFile, `${JSON.stringify(file, null, 2)}\n`);
  return file;
}

export async function forget(home: Home): Promise<void> {
  await rm(home.serverFile, { force: true });
}
