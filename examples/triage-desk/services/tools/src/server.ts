import { McpServer, type CallToolResult } from '@modelcontextprotocol/server';
import { readDefinition } from './definitions.ts';
import { findOrder } from './orders.ts';
import type { Outbox } from './outbox.ts';
import type { Refunds } from './refunds.ts';
import type { Search } from './search.ts';

const ARTICLES_PER_SEARCH = 2;

export interface Shop {
  readonly search: Search;
  readonly refunds: Refunds;
  readonly outbox: Outbox;
}

interface OrderInput {
  readonly order: string;
  readonly customer: string;
}

const definitions = {
  lookup_order: readDefinition<OrderInput>('lookup_order'),
  search_kb: readDefinition<{ query: string }>('search_kb'),
  create_refund: readDefinition<OrderInput & { amount: number; key: string }>('create_refund'),
  escalate: readDefinition<{ reason: string; ticket: string; customer: string }>('escalate'),
};

/** A server per request: the protocol keeps nothing between two calls, so any replica can take any of them. */
export function createServer({ search, refunds, outbox }: Shop): McpServer {
  const server = new McpServer({ name: 'triage-desk-tools', version: '1.0.0' });

  server.registerTool('lookup_order', definitions.lookup_order, async ({ order, customer }) => {
    const found = findOrder(order, customer);
    return result(found === undefined ? { found: false } : { found: true, order: found });
  });

  server.registerTool('search_kb', definitions.search_kb, async ({ query }) =>
    result({ articles: search(query, ARTICLES_PER_SEARCH) }),
  );

  server.registerTool(
    'create_refund',
    definitions.create_refund,
    async ({ order, customer, amount, key }) => {
      const found = findOrder(order, customer);
      if (found === undefined) return refusal('the customer has no such order');
      if (found.status !== 'delivered') return refusal('the order was not delivered');
      if (amount > found.total) return refusal('the amount is more than the total of the order');
      return result({ ...(await refunds.create(key, found, amount)) });
    },
  );

  server.registerTool('escalate', definitions.escalate, async (escalation) =>
    result({ ...(await outbox.put(escalation)) }),
  );

  return server;
}

function result(structuredContent: Record<string, unknown>): CallToolResult {
  return { content: [{ type: 'text', text: JSON.stringify(structuredContent) }], structuredContent };
}

function refusal(text: string): CallToolResult {
  return { content: [{ type: 'text', text }], isError: true };
}
