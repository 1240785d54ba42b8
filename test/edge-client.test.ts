import { createServer } from 'node:https';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { authorityFile, openAuthority } from '../src/edge/certificate/authority.ts';
import { issueServerCertificate } from '../src/edge/certificate/server-certificate.ts';
import { type EdgeAnswer, openEdgeClient } from '../src/steps/load/edge-client.ts';

test('load and probes trust the authority of Deployer, and nobody else', async () => {
  await using authority = await newAuthority();
  await using other = await newAuthority();
  await using server = await httpsServer(authority.folder);
  const answer = { kind: 'answered', status: 200, deployment: 'dev-3' };
  expect(await get(server.origin, authority.caFile)).toEqual(answer);
  expect(await get(server.origin, other.caFile)).toMatchObject({ kind: 'unsent' });
});

test("a user's own certificate is for another name than 127.0.0.1, and is taken as it is", async () => {
  await using authority = await newAuthority();
  await using server = await httpsServer(authority.folder);
  expect(await get(server.origin, null)).toMatchObject({ kind: 'answered', status: 200 });
});

async function get(origin: string, caFile: string | null): Promise<EdgeAnswer> {
  const client = await openEdgeClient({ caFile, connections: 1 });
  try {
    return await client.send({ origin, path: '/', timeoutMs: 5000 });
  } finally {
    await client.close();
  }
}

async function newAuthority(): Promise<{
  readonly folder: string;
  readonly caFile: string;
  readonly [Symbol.asyncDispose]: () => Promise<void>;
}> {
  const root = await mkdtemp(join(tmpdir(), 'authority-'));
  const folder = join(root, 'ca');
  await openAuthority(folder);
  return {
    folder,
    caFile: authorityFile(folder),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true }),
  };
}

async function httpsServer(authorityFolder: string): Promise<{
  readonly origin: string;
  readonly [Symbol.asyncDispose]: () => Promise<void>;
}> {
  const certificate = issueServerCertificate(await openAuthority(authorityFolder), new Date());
  const server = createServer({ ...certificate }, (_, response) => {
    response.setHeader('x-deployer-deployment', 'dev-3').end('ok');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    origin: `https://127.0.0.1:${address.port}`,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
