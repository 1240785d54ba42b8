import { isNode, isScalar, type Pair, type YAMLMap } from 'yaml';

// Where things stand in a text, by the offsets that the parser gives.

export function pairOf(map: YAMLMap, step: string | number): Pair | null {
  return (
    map.items.find(({ key }) => isScalar(key) && String(key.source ?? key.value) === String(step)) ?? null
  );
}

export function startOf({ key }: Pair): number {
  return isNode(key) ? (key.range?.[0] ?? 0) : 0;
}

export function endOf({ key, value }: Pair): number {
  const node = isNode(value) && (value.range?.[1] ?? 0) > 0 ? value : key;
  return isNode(node) ? (node.range?.[1] ?? 0) : 0;
}

/** The end of the line where what ends there was written, its comment included. */
export function endOfContent(text: string, end: number): number {
  const last = text.slice(0, end).trimEnd().length;
  const line = /\r?\n|$/.exec(text.slice(last));
  return last + (line?.index ?? 0);
}

export function startOfLine(text: string, at: number): number {
  return text.lastIndexOf('\n', at - 1) + 1;
}
