import { join } from 'node:path';
import { serve } from '@hono/node-server';
import { createApp } from './app.ts';
import { readConfig } from './config.ts';
import { Conversations } from './conversations.ts';
import { log } from './log.ts';
import { createModel } from './model.ts';
import { loadPrompt } from './prompts.ts';
import { createToolbox } from './tools.ts';

const config = readConfig(process.env);

const app = createApp(
  {
    prompt: loadPrompt(),
    model: createModel(config.model),
    toolbox: createToolbox(config.toolsUrl, config.toolsTimeoutMs),
    conversations: new Conversations(join(config.dataDir, 'conversations')),
    limits: config.limits,
    refundLimit: config.refundLimit,
  },
  async () => {
    const answers = await Promise.all([
      isUp(`${config.model.url}/v1/models`),
      isUp(`${config.toolsUrl}/readyz`),
    ]);
    return answers.every(Boolean);
  },
);

const server = serve({ fetch: app.fetch, hostname: config.host, port: config.port }, ({ port }) => {
  log('listening', { port });
});

// Tickets in hand are finished first.
process.once('SIGTERM', () => server.close(() => process.exit(0)));

async function isUp(url: string): Promise<boolean> {
  return fetch(url, { signal: AbortSignal.timeout(1_000) }).then(
    (response) => response.ok,
    () => false,
  );
}
