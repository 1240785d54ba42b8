import { createMcpHandler } from '@modelcontextprotocol/server';
import { Hono } from 'hono';
import { log } from './log.ts';
import { createServer, type Shop } from './server.ts';

/** The tools over MCP, and the outbox over plain HTTP for the worker that empties it. */
export function createApp(shop: Shop): Hono {
  const app = new Hono();
  const mcp = createMcpHandler(() => createServer(shop), {
    onerror: (error) => log('tool call failed', { error: error.message }),
  });

  app.get('/healthz', (context) => context.text('ok'));
  app.get('/readyz', (context) => context.text('ready'));

  app.all('/mcp', (context) => mcp.fetch(context.req.raw));

  app.post('/outbox/take', async (context) => {
    const lease = await shop.outbox.take();
    return lease === undefined ? context.body(null, 204) : context.json(lease);
  });

  app.post('/outbox/acknowledge', async (context) => {
    const { lease } = await context.req.json<{ lease: string }>();
    return context.body(null, (await shop.outbox.acknowledge(lease)) ? 204 : 409);
  });

  return app;
}
