import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';

/** The tools that the MCP server offers. */
export interface Toolbox {
  readonly list: () => Promise<readonly ToolDefinition[]>;
  readonly call: (name: string, input: object, signal: AbortSignal) => Promise<ToolResult>;
}

export interface ToolDefinition {
  readonly name: string;
  readonly description?: string | undefined;
  readonly inputSchema: object;
  readonly annotations?: { readonly readOnlyHint?: boolean | undefined } | undefined;
}

export type ToolResult = Readonly<Record<string, unknown>>;

/** The protocol has no sessions (2026-07-28), so each call may reach another replica. */
export function createToolbox(url: string, timeoutMs: number): Toolbox {
  const versionNegotiation = { mode: { pin: '2026-07-28' } };
  const client = new Client({ name: 'triage-desk-agent', version: '1.0.0' }, { versionNegotiation });
  // The tools are part of the same release, so they are asked for once.
  const connected = once(() => client.connect(new StreamableHTTPClientTransport(new URL('/mcp', url))));
  const listed = once(async () => (await client.listTools()).tools);

  return {
    async list() {
      await connected();
      return listed();
    },
    async call(name, input, signal) {
      await connected();
      const params = { name, arguments: { ...input } };
      const result = await client.callTool(params, { timeout: timeoutMs, signal });
      const [content] = result.content;
      // The model may mend a call that was refused, so a refusal is a result like any other.
      if (result.isError === true)
        return { error: content?.type === 'text' ? content.text : 'the tool failed' };
      return (result.structuredContent ?? {}) as ToolResult;
    },
  };
}

/** What the first successful attempt gave; a failed one is repeated by the next caller. */
function once<Result>(attempt: () => Promise<Result>): () => Promise<Result> {
  let result: Promise<Result> | undefined;
  return () => {
    result ??= attempt().catch((error: unknown) => {
      result = undefined;
      throw error;
    });
    return result;
  };
}
