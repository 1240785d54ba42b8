import { isMapping } from '../spec/draft.ts';
import { valueAt } from '../spec/value-at.ts';
import { readYaml } from '../spec/yaml-source.ts';
import { editYaml } from './yaml-edit.ts';

/** A file without answers. */
export const emptyAnswers: string = `# Answers to the questions of Deployer. \`deployer questions\` lists what is open, \`deployer answer\` writes here.
# Edit them as you like: comments and order stay, and \`by\` and \`at\` may be left out.
`;

export interface AnswerEntry {
  readonly id: string;
  /** As given. */
  readonly answer: unknown;
  readonly by: string;
  /** ISO 8601. */
  readonly at: string;
}

/** The file with one more answer, or with another one in its place. Null: it is broken, so that it cannot be edited. */
export function withAnswer(text: string, { id, answer, by, at }: AnswerEntry): string | null {
  const path = ['answers', id];
  const entry = { answer, by, at };
  if (!isMapping(valueAt(readYaml(text).value, path))) {
    return editYaml(text.trim() === '' ? emptyAnswers : text, { kind: 'set', path, value: entry });
  }
  // Key by key, so that what somebody wrote beside them stays.
  return Object.entries(entry).reduce<string | null>(
    (edited, [key, value]) =>
      edited === null ? null : editYaml(edited, { kind: 'set', path: [...path, key], value }),
    text,
  );
}

/** The file without one answer; as it was when there is none. */
export function withoutAnswer(text: string, id: string): string | null {
  const path = ['answers', id];
  const source = readYaml(text);
  if (source.faults.length === 0 && !source.holds(path)) return text;
  return editYaml(text, { kind: 'remove', path });
}
