import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serve } from '@hono/node-server';
import { createApp } from './app.ts';
import { log } from './log.ts';
import { Outbox } from './outbox.ts';
import { Refunds } from './refunds.ts';
import { createSearch, readArticles } from './search.ts';

const { env } = process;
const LEASE_MS = 30_000;
// Shared by all replicas in one environment, like the systems that it stands in for.
const dataDir =
  env['DATA_DIR'] ??
  join(tmpdir(), `triage-desk-${process.getuid?.()}`, env['DEPLOYER_ENVIRONMENT'] ?? 'local');

const app = createApp({
  search: createSearch(readArticles(new URL('../kb/', import.meta.url))),
  refunds: new Refunds(join(dataDir, 'refunds')),
  outbox: new Outbox(join(dataDir, 'outbox'), LEASE_MS),
});

const server = serve(
  { fetch: app.fetch, hostname: env['HOST'] ?? '127.0.0.1', port: Number(env['PORT'] ?? 8080) },
  ({ port }) => log('listening', { port }),
);

// Calls in hand are finished first.
process.once('SIGTERM', () => server.close(() => process.exit(0)));
