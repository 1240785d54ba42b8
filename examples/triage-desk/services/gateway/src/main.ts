import { join } from 'node:path';
import { serve } from '@hono/node-server';
import { createAgent, type Answer } from './agent.ts';
import { createApp } from './app.ts';
import { createAuthenticate } from './auth.ts';
import { readConfig } from './config.ts';
import { Answers } from './idempotency.ts';
import { log } from './log.ts';
import { createRateLimit } from './rate-limit.ts';
import { createTransform } from './transform.ts';
import { isReady } from './upstream.ts';

const config = readConfig(process.env);

const DAY_MS = 24 * 60 * 60 * 1000;
const answers = new Answers<Answer>(join(config.dataDir, 'answers'));
await answers.sweep(DAY_MS);

const app = createApp({
  authenticate: createAuthenticate(config),
  agent: createAgent(config.agentUrl, config.agentTimeoutMs),
  transform: createTransform(config.transformUrl),
  answers,
  takePreview: createRateLimit(config.previewsPerSecond),
  isReady: async () =>
    (await Promise.all([config.agentUrl, config.transformUrl].map(isReady))).every(Boolean),
});

const server = serve({ fetch: app.fetch, hostname: config.host, port: config.port }, ({ port }) => {
  log('listening', { port });
});

// Requests and streams in flight are finished first.
process.once('SIGTERM', () => server.close(() => process.exit(0)));
