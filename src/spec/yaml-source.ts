import { LineCounter, parseDocument, type YAMLError } from 'yaml';
import type { Fault, Path } from './fault.ts';
import { placeKey, YamlReader, type Place } from './yaml-reader.ts';

/** A YAML text as plain values, with the place of each. */
export interface YamlSource {
  /** Strings, numbers, booleans, null, arrays and objects without prototype. */
  readonly value: unknown;
  /** Broken syntax first, then duplicate keys, unknown aliases and the like. */
  readonly faults: readonly Fault[];
  /** Where the syntax breaks first, null when it holds. What was read after it may not be what was meant. */
  readonly brokenAt: number | null;
  /** Offset of what a fault points at; of the nearest enclosing key when there is nothing at its path. */
  offsetOf(fault: Fault): number;
  /** Whether something is written at the path. */
  holds(path: Path): boolean;
  /** A scalar as it is written, without quotes; null when there is none at `path`. */
  writtenAt(path: Path): string | null;
  /** Line and column, both counted from 1. */
  positionAt(offset: number): { readonly line: number; readonly column: number };
}

/**
 * Reads YAML 1.2 with its core schema (yaml.org/spec/1.2.2). Aliases are followed within bounds; merge keys and tags
 * are not read. Never throws: what cannot be read becomes a fault.
 */
export function readYaml(text: string): YamlSource {
  const lines = new LineCounter();
  const document = parseDocument(text.replace(/^\uFEFF/, ''), {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: false, // the library compares every pair of keys; the reader finds duplicates by name
    schema: 'core',
    merge: false,
  });
  const reader = new YamlReader(document, (offset) => lines.linePos(offset).line);
  const value = reader.read(document.contents, [], null);
  const broken = [...document.errors, ...document.warnings];
  return {
    value,
    faults: [...broken.map(syntaxFault), ...reader.faults],
    brokenAt: broken.reduce<number | null>((first, { pos }) => Math.min(first ?? pos[0], pos[0]), null),
    offsetOf: (fault) => fault.offset ?? offsetIn(reader.places, fault),
    holds: (path) => reader.places.has(placeKey(path)),
    writtenAt: (path) => reader.places.get(placeKey(path))?.written ?? null,
    positionAt(offset) {
      const { line, col } = lines.linePos(offset);
      return { line: Math.max(line, 1), column: Math.max(col, 1) };
    },
  };
}

function offsetIn(places: ReadonlyMap<string, Place>, { path, on }: Fault): number {
  const place = places.get(placeKey(path));
  if (place !== undefined) return on === 'key' ? (place.key ?? place.value) : place.value;
  return path.length === 0 ? 0 : offsetIn(places, enclosing(path));
}

function enclosing(path: Path): Fault {
  return { path: path.slice(0, -1), on: 'key', message: '', hint: '', severity: 'error' };
}

function syntaxFault(error: YAMLError): Fault {
  return {
    path: [],
    on: 'value',
    offset: error.pos[0],
    message:
      error.code === 'MULTIPLE_DOCS'
        ? 'The file holds more than one document.'
        : `This is not valid YAML: ${lowerFirst(error.message)}.`,
    hint: syntaxHints[error.code] ?? 'Check the indentation, the quotes and the brackets around this place.',
    severity: 'error',
  };
}

const syntaxHints: Partial<Record<YAMLError['code'], string>> = {
  TAB_AS_INDENT: 'Indent with spaces.',
  BLOCK_AS_IMPLICIT_KEY: 'Put text that contains `: ` in quotes, and indent all keys of one mapping alike.',
  BLOCK_IN_FLOW: 'Put text that contains `: ` in quotes.',
  MULTILINE_IMPLICIT_KEY: 'Indent all keys of one mapping alike.',
  MISSING_CHAR: 'Close the quote, or add the missing `,` or `:`.',
  BAD_SCALAR_START: 'Put the value in quotes.',
  BAD_INDENT: 'Indent it deeper, or close the bracket before it.',
  MULTIPLE_DOCS: 'Keep one document: remove the line `---` and what follows.',
  TAG_RESOLVE_FAILED: 'Remove the tag (the word that begins with `!`); tags are not read.',
  RESOURCE_EXHAUSTION: 'Write it with fewer levels.',
};

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1).replace(/[.:]?\s*$/, '');
}
