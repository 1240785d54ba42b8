import { readFileSync } from 'node:fs';
import { createRandom } from './random.ts';

export interface LabelledText {
  readonly text: string;
  readonly intent: string;
}

interface Phrases {
  readonly slots: Readonly<Record<string, readonly string[]>>;
  readonly intents: Readonly<Record<string, readonly string[]>>;
}

const phrases: Phrases = JSON.parse(readFileSync(new URL('../data/tickets.json', import.meta.url), 'utf8'));

export const intents: readonly string[] = Object.keys(phrases.intents);

/** Synthetic tickets: phrases with filled slots, greetings, and the typing mistakes that people make. */
export function createCorpus(perIntent: number, seed: number): LabelledText[] {
  const random = createRandom(seed);
  const pick = (list: readonly string[]): string => list[Math.floor(random() * list.length)] ?? '';

  function fill(template: string): string {
    return template.replaceAll(/\{(\w+)\}/g, (_, slot: string) => fill(pick(phrases.slots[slot] ?? [])));
  }

  function misspell(text: string): string {
    const at = Math.floor(random() * text.length);
    return random() < 0.3 ? text.slice(0, at) + text.slice(at + 1) : text;
  }

  return Object.entries(phrases.intents).flatMap(([intent, templates]) =>
    Array.from({ length: perIntent }, () => ({
      intent,
      text: misspell(fill(`{hello} ${pick(templates)} {bye}`)),
    })),
  );
}
