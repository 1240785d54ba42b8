import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { eventually } from '../../../test/edge/edge-harness.ts';
import { emptyRouteTable } from '../../core/switching/route-table.ts';
import { openAuthority } from '../certificate/authority.ts';
import { issueServerCertificate } from '../certificate/server-certificate.ts';
import { defaultLimits } from '../limits.ts';
import type { WorkerConfiguration } from '../worker-messages.ts';
import { Crew } from './crew.ts';

const node = process.execPath;
const routes = { table: emptyRouteTable, backends: {} };
let folder: string;
let crew: Crew;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crew-'));
  const configuration: WorkerConfiguration = {
    limits: { ...defaultLimits, drainMs: 100 },
    certificate: issueServerCertificate(await openAuthority(folder), new Date()),
    ticketKeys: Buffer.alloc(48).toString('base64'),
    probeToken: 'x'.repeat(43),
    accessLog: join(folder, 'access.log'),
    routes,
  };
  crew = new Crew(() => configuration);
});

afterEach(async () => {
  process.execPath = node;
  await crew.end();
  await rm(folder, { recursive: true });
});

test('workers that no process can be made for hold up no change, and start when it can', async () => {
  process.execPath = join(folder, 'no-such-program');
  await crew.resize(2);
  await crew.put(routes);
  await crew.measure();
  expect(crew.ready).toBe(0);

  process.execPath = node;
  await eventually('the workers to be ready', () => crew.ready === 2);
});

test('a crew whose workers cannot start ends at once', async () => {
  process.execPath = join(folder, 'no-such-program');
  await crew.resize(1);
  await crew.end();
  expect(crew.ready).toBe(0);
});
