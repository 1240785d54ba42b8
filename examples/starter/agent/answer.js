import { readFileSync } from 'node:fs';

const instructions = readFileSync(new URL('prompts/agent.md', import.meta.url), 'utf8').trim();

/**
 * What the agent says to a text. A rule stands here where a model belongs: give it `instructions` and the definitions
 * in `tools/`, and call what it chooses.
 */
export function answer(text, now) {
  if (/\btime\b/i.test(text)) return `It is ${currentTime(now)} UTC.`;
  return instructions.split('\n').at(-1) ?? '';
}

/** The tool of `tools/current_time.json`. */
function currentTime(now) {
  return now.toISOString().slice(11, 16);
}
