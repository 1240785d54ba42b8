import type { ModelTurn } from './model.ts';

const TOPIC = /^Topic: ([\w-]+)\n/;

interface TopicTurn extends ModelTurn {
  readonly topic: string;
}

/** The prompt asks for a first line "Topic: ..."; the customer sees what comes after it. */
export async function* readTopic(
  turn: AsyncGenerator<string, ModelTurn>,
): AsyncGenerator<{ readonly type: 'reply'; readonly text: string }, TopicTurn> {
  let firstLine: string | undefined = '';
  let next = await turn.next();
  for (; next.done !== true; next = await turn.next()) {
    if (firstLine === undefined) {
      yield { type: 'reply', text: next.value };
      continue;
    }
    firstLine += next.value;
    if (!firstLine.includes('\n')) continue;
    yield { type: 'reply', text: firstLine.replace(TOPIC, '') };
    firstLine = undefined;
  }
  if (firstLine) yield { type: 'reply', text: firstLine };
  const { text } = next.value;
  return { ...next.value, topic: text.match(TOPIC)?.[1] ?? 'other', text: text.replace(TOPIC, '') };
}
