import { isMap, isNode, isScalar, parseDocument, type Pair, type YAMLMap } from 'yaml';
import type { Path } from '../spec/fault.ts';
import { endOf, endOfContent, pairOf, startOf, startOfLine } from './yaml-places.ts';

/** Removes a key with its value. */
export function removeInText(text: string, path: Path): string | null {
  const chain: Pair[] = [];
  const root = parseDocument(text).contents;
  let node: unknown = root;
  for (const step of path) {
    const pair = isMap(node) ? pairOf(node, step) : null;
    if (pair === null) return null;
    chain.push(pair);
    node = pair.value;
  }
  const [parent, pair] = [chain.at(-2), chain.at(-1)];
  const map = parent === undefined ? root : parent.value;
  if (pair === undefined || !isMap(map)) return null;
  if (map.flow === true) return removeFromFlow(text, map, pair);
  if (map.items.length > 1) return removeLines(text, pair);
  return parent === undefined ? null : emptied(text, parent, pair);
}

/** A block list that only gets shorter loses the lines of what goes. */
export function removeItems(text: string, items: readonly unknown[], value: unknown): string | null {
  if (!Array.isArray(value) || value.length === 0) return null;
  const going = items.filter((item) => !isScalar(item) || !value.includes(item.value));
  if (going.length + value.length !== items.length) return null;
  return going.reduceRight<string | null>((edited, item) => {
    if (edited === null || !isNode(item)) return null;
    const start = startOfLine(edited, item.range?.[0] ?? 0);
    const isOnItsOwn = /^\s*-\s+$/.test(edited.slice(start, item.range?.[0]));
    const end = endOfContent(edited, item.range?.[1] ?? 0) + 1;
    return isOnItsOwn ? edited.slice(0, start) + edited.slice(end) : null;
  }, text);
}

function removeFromFlow(text: string, map: YAMLMap, pair: Pair): string | null {
  const index = map.items.indexOf(pair);
  const [before, after] = [map.items[index - 1], map.items[index + 1]];
  const [open, close] = [map.range?.[0] ?? 0, (map.range?.[1] ?? 0) - 1];
  if (before === undefined && after === undefined) return `${text.slice(0, open)}{}${text.slice(close + 1)}`;
  const start = before === undefined ? startOf(pair) : endOf(before);
  const end = before === undefined && after !== undefined ? startOf(after) : endOf(pair);
  return text.slice(start, end).includes('#') ? null : text.slice(0, start) + text.slice(end);
}

function removeLines(text: string, pair: Pair): string | null {
  const start = startOfLine(text, startOf(pair));
  if (text.slice(start, startOf(pair)).trim() !== '') return null;
  return text.slice(0, start) + text.slice(endOfContent(text, endOf(pair)) + 1);
}

/** Without its only key a mapping is `{}`, behind the key that it belongs to. */
function emptied(text: string, parent: Pair, pair: Pair): string | null {
  const keyEnd = isNode(parent.key) ? (parent.key.range?.[1] ?? 0) : 0;
  const colon = /^\s*:/.exec(text.slice(keyEnd))?.[0].length;
  const shorter = removeLines(text, pair);
  if (colon === undefined || shorter === null) return null;
  return `${shorter.slice(0, keyEnd + colon)} {}${shorter.slice(keyEnd + colon)}`;
}
