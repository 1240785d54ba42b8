import type { ToolDefinition } from './tools.ts';

/** A client for any server that speaks OpenAI's chat completions, with tools and streaming. */
export type Model = (request: ModelRequest) => AsyncGenerator<string, ModelTurn>;

export interface ModelRequest {
  readonly messages: readonly Message[];
  readonly tools: readonly ToolDefinition[];
  readonly requestId: string;
  readonly signal: AbortSignal;
}

export interface Message {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  readonly content: string | null;
  readonly tool_calls?: readonly ToolCall[];
  readonly tool_call_id?: string;
}

export interface ToolCall {
  readonly id: string;
  readonly type: 'function';
  readonly function: { readonly name: string; readonly arguments: string };
}

export interface ModelTurn {
  readonly text: string;
  readonly calls: readonly ToolCall[];
  readonly tokens: number;
}

interface Chunk {
  readonly choices: readonly {
    readonly delta: { readonly content?: string; readonly tool_calls?: readonly ToolCallDelta[] };
  }[];
  readonly usage?: { readonly total_tokens: number } | null;
}

/** Servers may send a call in pieces: the id and name once, the arguments bit by bit. */
interface ToolCallDelta {
  readonly index: number;
  readonly id?: string;
  readonly function?: { readonly name?: string; readonly arguments?: string };
}

interface ModelOptions {
  readonly url: string;
  readonly id: string;
  readonly apiKey: string | undefined;
  readonly timeoutMs: number;
}

export function createModel({ url, id, apiKey, timeoutMs }: ModelOptions): Model {
  /** Yields the reply as it comes and returns the whole turn. */
  return async function* complete({ messages, tools, requestId, signal }) {
    const response = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-request-id': requestId,
        ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
      },
      body: JSON.stringify({
        model: id,
        messages,
        tools: tools.map(({ name, description, inputSchema }) => ({
          type: 'function',
          function: { name, description, parameters: inputSchema },
        })),
        temperature: 0,
        stream: true,
        stream_options: { include_usage: true },
      }),
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    if (!response.ok) throw new Error(`the model answered ${response.status}: ${await response.text()}`);

    let text = '';
    let tokens = 0;
    const calls: ToolCall[] = [];
    for await (const { choices, usage } of chunks(response)) {
      const delta = choices[0]?.delta;
      for (const piece of delta?.tool_calls ?? []) calls[piece.index] = join(calls[piece.index], piece);
      if (delta?.content) {
        text += delta.content;
        yield delta.content;
      }
      tokens = usage?.total_tokens ?? tokens;
    }
    return { text, calls, tokens };
  };
}

function join(call: ToolCall | undefined, { id, function: piece }: ToolCallDelta): ToolCall {
  return {
    id: id ?? call?.id ?? '',
    type: 'function',
    function: {
      name: piece?.name ?? call?.function.name ?? '',
      arguments: (call?.function.arguments ?? '') + (piece?.arguments ?? ''),
    },
  };
}

/** Server-sent events: one JSON document per `data:` line, `[DONE]` at the end. */
async function* chunks(response: Response): AsyncGenerator<Chunk> {
  let rest = '';
  for await (const text of (response.body ?? new Blob([]).stream()).pipeThrough(new TextDecoderStream())) {
    const parts = (rest + text).split('\n');
    rest = parts.pop() ?? '';
    for (const line of parts) {
      if (line.startsWith('data: ') && line !== 'data: [DONE]') yield JSON.parse(line.slice('data: '.length));
    }
  }
}
