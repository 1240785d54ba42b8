import { isMap, isScalar, LineCounter, parseAllDocuments, type Document, type Node } from 'yaml';

/** A YAML file of somebody else's, as far as it can be read. */
export interface YamlFile {
  readonly value: unknown;
  /** Of the key at the end of a path of keys; null: it is not there. */
  readonly lineOf: (...path: readonly string[]) => number | null;
}

/** The documents of a file; none where it is no YAML. Merge keys work, as they do in compose files. */
export function readYamlFile(text: string): readonly YamlFile[] {
  const lineCounter = new LineCounter();
  try {
    const documents = parseAllDocuments(text, { merge: true, lineCounter, logLevel: 'silent' });
    if (!Array.isArray(documents) || documents.some(({ errors }) => errors.length > 0)) return [];
    return documents.map((document) => ({
      value: document.toJS(),
      lineOf: (...path) => lineOfKey(document, path, lineCounter),
    }));
  } catch {
    // Aliases that grow beyond measure, keys that are no text: nothing to learn from.
    return [];
  }
}

function lineOfKey(document: Document, path: readonly string[], lines: LineCounter): number | null {
  let node: Node | null = document.contents;
  let line: number | null = null;
  for (const key of path) {
    if (!isMap(node)) return null;
    const pair = node.items.find((item) => isScalar(item.key) && item.key.value === key);
    if (pair === undefined || !isScalar(pair.key)) return null;
    const start = pair.key.range?.[0];
    line = start === undefined ? null : lines.linePos(start).line;
    node = (pair.value ?? null) as Node | null;
  }
  return line;
}
