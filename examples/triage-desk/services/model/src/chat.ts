/** The part of the chat-completions protocol that the desk uses. */
export interface ChatRequest {
  readonly model: string;
  readonly messages: readonly Message[];
  readonly tools?: readonly { readonly function: { readonly name: string } }[];
  readonly stream?: boolean;
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

export interface Usage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
}

/** What the model says next: tools to call, or the reply. */
export type Turn =
  | { readonly kind: 'tools'; readonly calls: readonly ToolCall[] }
  | { readonly kind: 'reply'; readonly text: string };

export function usage(request: ChatRequest, turn: Turn): Usage {
  const prompt_tokens = countTokens(JSON.stringify([request.messages, request.tools ?? []]));
  const completion_tokens = countTokens(turn.kind === 'reply' ? turn.text : JSON.stringify(turn.calls));
  return { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens };
}

export function completion(request: ChatRequest, turn: Turn): object {
  const message =
    turn.kind === 'reply'
      ? { role: 'assistant', content: turn.text }
      : { role: 'assistant', content: null, tool_calls: turn.calls };
  const choice = { index: 0, message, finish_reason: finishReason(turn) };
  return { ...envelope(request, 'chat.completion'), choices: [choice], usage: usage(request, turn) };
}

/** The same, piece by piece: a word at a time, then the reason to stop, then the usage. */
export function* chunks(request: ChatRequest, turn: Turn): Generator<object> {
  const chunk = (delta: object, finish_reason: string | null = null): object => ({
    ...envelope(request, 'chat.completion.chunk'),
    choices: [{ index: 0, delta, finish_reason }],
  });
  if (turn.kind === 'reply') {
    for (const content of turn.text.match(/\S+\s*/g) ?? []) yield chunk({ role: 'assistant', content });
  } else {
    yield chunk({ role: 'assistant', tool_calls: turn.calls.map((call, index) => ({ index, ...call })) });
  }
  yield chunk({}, finishReason(turn));
  yield { ...envelope(request, 'chat.completion.chunk'), choices: [], usage: usage(request, turn) };
}

function envelope(request: ChatRequest, object: string): object {
  return { id: 'chatcmpl-simulated', object, created: 0, model: request.model };
}

function finishReason(turn: Turn): string {
  return turn.kind === 'reply' ? 'stop' : 'tool_calls';
}

/** Close to what a byte-pair tokenizer counts: words in pieces of at most six letters, and every sign. */
function countTokens(text: string): number {
  return text.match(/\w{1,6}|[^\s\w]/g)?.length ?? 0;
}
