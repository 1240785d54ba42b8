import { readFileSync } from 'node:fs';

/** The files of `prompts/`, in this order, are the model's instructions. */
const FILES = ['triage.md', 'reply.md'];

export function loadPrompt(): string {
  return FILES.map((name) => readFileSync(new URL(`../prompts/${name}`, import.meta.url), 'utf8')).join('\n');
}
