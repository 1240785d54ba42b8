import { stringify } from 'yaml';
import { isMapping } from './draft.ts';

/** YAML on one line, as a person would type it: `[a, b]`, `{ a: 1 }`. */
export function flowYaml(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flowYaml).join(', ')}]`;
  if (isMapping(value)) {
    const pairs = Object.entries(value).map(([key, item]) => `${flowYaml(key)}: ${flowYaml(item)}`);
    return pairs.length === 0 ? '{}' : `{ ${pairs.join(', ')} }`;
  }
  // Inside a list, where commas and brackets ask for quotes.
  const list = stringify([value], { collectionStyle: 'flow', flowCollectionPadding: false, lineWidth: 0 });
  return list.trim().slice(1, -1);
}
