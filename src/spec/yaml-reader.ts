import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Alias,
  type Document,
  type Pair,
  type YAMLMap,
} from 'yaml';
import { keyError, valueError, type Fault, type Path } from './fault.ts';

const maxDepth = 32;
/** Values, and aliases followed: together they bound what a small file can grow into. */
const maxValues = 20_000;
const maxAliases = 100;

/** Offsets in the text. */
export interface Place {
  /** Null for list items and the root. */
  readonly key: number | null;
  readonly value: number;
  /** The scalar as written; null for mappings and lists. */
  readonly written: string | null;
}

export function placeKey(path: Path): string {
  return JSON.stringify(path);
}

/** Turns YAML nodes into plain values and remembers where each stands. One reader per document. */
export class YamlReader {
  readonly faults: Fault[] = [];
  readonly places: Map<string, Place> = new Map();
  readonly #document: Document;
  readonly #lineOf: (offset: number) => number;
  #values = 0;
  #aliases = 0;

  constructor(document: Document, lineOf: (offset: number) => number) {
    this.#document = document;
    this.#lineOf = lineOf;
  }

  read(node: unknown, path: Path, key: number | null): unknown {
    const written = isScalar(node) ? (node.source ?? null) : null;
    this.places.set(placeKey(path), { key, value: startOf(node) ?? key ?? 0, written });
    this.#values += 1;
    if (this.#isTooMuch(path)) return null;
    if (isAlias(node)) return this.#readAlias(node, path, key);
    if (isMap(node)) return this.#readMap(node, path);
    if (isSeq(node)) return node.items.map((item, index) => this.read(item, [...path, index], null));
    return isScalar(node) ? node.value : null;
  }

  #isTooMuch(path: Path): boolean {
    // Each is said once, at the first place that goes beyond.
    if (this.#values === maxValues + 1) this.#refuse(path, `The file holds more than ${maxValues} values.`);
    if (path.length === maxDepth + 1) this.#refuse(path, `The file nests deeper than ${maxDepth} levels.`);
    return this.#values > maxValues || path.length > maxDepth;
  }

  #refuse(path: Path, message: string): void {
    this.faults.push(
      valueError(path, { message, hint: 'A definition is a few kilobytes; write it out plainly.' }),
    );
  }

  #readAlias(alias: Alias, path: Path, key: number | null): unknown {
    this.#aliases += 1;
    if (this.#aliases === maxAliases + 1)
      this.#refuse(path, `The file follows more than ${maxAliases} aliases.`);
    if (this.#aliases > maxAliases) return null;
    const target = alias.resolve(this.#document);
    if (target !== undefined) return this.read(target, path, key);
    this.faults.push(
      valueError(path, {
        message: `The alias *${alias.source} names no anchor before it.`,
        hint: `Write the value itself, or put &${alias.source} before the value that is meant.`,
      }),
    );
    return null;
  }

  #readMap(map: YAMLMap, path: Path): Record<string, unknown> {
    const result: Record<string, unknown> = Object.create(null);
    const firsts = new Map<string, number>();
    for (const pair of map.items) {
      const offset = startOf(pair.key) ?? startOf(map) ?? 0;
      const name = this.#nameOf(pair, path);
      if (name === null) continue;
      const first = firsts.get(name);
      if (first === undefined) {
        firsts.set(name, offset);
        result[name] = this.read(pair.value, [...path, name], offset);
      } else {
        const message = `\`${name}\` is written twice; the first one is in line ${this.#lineOf(first)}.`;
        this.faults.push({ ...keyError([...path, name], { message, hint: 'Keep one of the two.' }), offset });
      }
    }
    return result;
  }

  #nameOf(pair: Pair, path: Path): string | null {
    const name = isScalar(pair.key) ? String(pair.key.source ?? pair.key.value) : null;
    if (name !== null && name !== '__proto__') return name;
    const fault = valueError(path, {
      message: name === null ? 'A key must be plain text.' : '`__proto__` cannot be a key.',
      hint: 'Write `key: value` with a plain word as the key.',
    });
    this.faults.push({ ...fault, offset: startOf(pair.key) ?? 0 });
    return null;
  }
}

function startOf(node: unknown): number | null {
  return isNode(node) ? (node.range?.[0] ?? null) : null;
}
