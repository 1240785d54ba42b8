import { isMap, isNode, isScalar, isSeq, parseDocument, type Node, type Pair, type YAMLMap } from 'yaml';
import { isMapping } from '../spec/draft.ts';
import type { Path } from '../spec/fault.ts';
import { flowYaml } from '../spec/flow-yaml.ts';
import { endOf, endOfContent, pairOf, startOfLine } from './yaml-places.ts';
import { removeItems } from './yaml-remove.ts';

// What stands elsewhere in the text is not touched, not even its blanks. Null wherever this is not sure to do it right.

/** Writes a value at a path, and the mappings that are missing on the way there. */
export function setInText(text: string, path: Path, value: unknown): string | null {
  const root = parseDocument(text, { keepSourceTokens: false }).contents;
  if (root === null) return appendedTo(text, nested(path, value));
  let node: unknown = root;
  for (const [index, step] of path.entries()) {
    if (!isMap(node)) return null;
    const pair = pairOf(node, step);
    if (pair === null)
      return insert(text, node, { key: String(step), value: nested(path.slice(index + 1), value) });
    node = pair.value;
  }
  return isNode(node) ? replace(text, node, value) : null;
}

function replace(text: string, node: Node, value: unknown): string | null {
  const [start, end] = node.range ?? [0, 0];
  if ((isScalar(node) || isMap(node) || isSeq(node)) && (node.anchor !== undefined || node.tag !== undefined))
    return null;
  if (isSeq(node) && node.flow !== true) {
    return appendItems(text, node.items, value) ?? removeItems(text, node.items, value);
  }
  const isInPlace = isScalar(node)
    ? !String(node.type).startsWith('BLOCK')
    : isMap(node) || isSeq(node)
      ? node.flow === true
      : false;
  const old = text.slice(start, end);
  if (!isInPlace || old === '' || (!isScalar(node) && old.includes('#'))) return null;
  return text.slice(0, start) + flowYaml(value) + text.slice(end);
}

/** A block list that only grows keeps what stands beside its items. */
function appendItems(text: string, items: readonly unknown[], value: unknown): string | null {
  const last = items.at(-1);
  if (!Array.isArray(value) || !isNode(last) || value.length <= items.length) return null;
  const old = items.map((item) => (isScalar(item) ? item.value : undefined));
  if (old.some((item, index) => item !== value[index])) return null;
  const start = startOfLine(text, last.range?.[0] ?? 0);
  const dash = /^\s*-\s+/.exec(text.slice(start))?.[0];
  if (dash === undefined) return null;
  const lines = value.slice(items.length).map((item) => dash + flowYaml(item));
  return insertLines(text, endOfContent(text, last.range?.[1] ?? 0), lines);
}

interface Entry {
  readonly key: string;
  readonly value: unknown;
}

function insert(text: string, map: YAMLMap, entry: Entry): string | null {
  if (map.flow === true) return insertInFlow(text, map, entry);
  const [first, last] = [map.items[0], map.items.at(-1)];
  if (first === undefined || last === undefined || !isNode(first.key)) return null;
  const start = first.key.range?.[0] ?? 0;
  const indent = text.slice(startOfLine(text, start), start);
  // Something stands before the first key: `- key: value`, or `? key`.
  if (indent.trim() !== '') return null;
  return insertLines(text, endOfContent(text, endOf(last)), blockLines(entry, indent));
}

function insertInFlow(text: string, map: YAMLMap, { key, value }: Entry): string | null {
  const close = (map.range?.[1] ?? 0) - 1;
  const written = `${flowYaml(key)}: ${flowYaml(value)}`;
  const last = map.items.at(-1);
  if (last === undefined) return `${text.slice(0, map.range?.[0])}{ ${written} }${text.slice(close + 1)}`;
  const end = endOf(last);
  const between = text.slice(end, close);
  if (between.includes('#')) return null;
  const isLast = between.includes(',');
  const blank =
    /^,?(\n\s*)\S/.exec(text.slice(end, close + 1))?.[1] === undefined ? ' ' : lineIndent(text, last);
  const at = isLast ? end + between.indexOf(',') + 1 : end;
  return `${text.slice(0, at)}${isLast ? '' : ','}${blank}${written}${isLast ? ',' : ''}${text.slice(at)}`;
}

/** A line break, and as many blanks as stand before the last pair. */
function lineIndent(text: string, { key }: Pair): string {
  const start = isNode(key) ? (key.range?.[0] ?? 0) : 0;
  return `\n${/^\s*/.exec(text.slice(startOfLine(text, start), start))?.[0] ?? ''}`;
}

function nested(path: Path, value: unknown): unknown {
  return path.reduceRight<unknown>((inner, step) => ({ [step]: inner }), value);
}

/** Mappings in lines of their own, lists in one. */
function blockLines({ key, value }: Entry, indent: string): readonly string[] {
  const head = `${indent}${flowYaml(key)}:`;
  if (!isMapping(value) || Object.keys(value).length === 0) return [`${head} ${flowYaml(value)}`];
  const inner = Object.entries(value).flatMap(([name, item]) =>
    blockLines({ key: name, value: item }, `${indent}  `),
  );
  return [head, ...inner];
}

function appendedTo(text: string, value: unknown): string | null {
  if (!isMapping(value)) return null;
  const lines = Object.entries(value).flatMap(([key, item]) => blockLines({ key, value: item }, ''));
  const start = text === '' || text.endsWith('\n') ? text : `${text}\n`;
  return `${start}${lines.join('\n')}\n`;
}

function insertLines(text: string, at: number, lines: readonly string[]): string {
  const lineEnd = text.includes('\r\n') ? '\r\n' : '\n';
  return text.slice(0, at) + lines.map((line) => lineEnd + line).join('') + text.slice(at);
}
