/** Where one module names another: `import`, `export … from`, `import()` and `import type` alike. */
export interface Import {
  readonly line: number;
  /** As written; null where it is not a plain string, so that nothing can be said about it. */
  readonly specifier: string | null;
}

/** Every import in TypeScript source that oxfmt has formatted: statements begin at the start of a line. */
export function importsOf(source: string): readonly Import[] {
  return [...source.matchAll(importing)]
    .filter(({ groups, index }) => groups?.['call'] === undefined || !isInText(source, index))
    .map(({ groups, index }) => ({
      line: source.slice(0, index).split('\n').length,
      specifier: groups?.['from'] ?? groups?.['bare'] ?? groups?.['called'] ?? null,
    }));
}

const importing =
  /^(?:import|export)\s(?:type\s)?\s*(?:[\w$*{][^'"`;]*?)\sfrom\s+['"](?<from>[^'"]+)['"]|^import\s+['"](?<bare>[^'"]+)['"]|(?<![\w.$])(?<call>import\()\s*(?:['"](?<called>[^'"]+)['"]\s*[,)])?/gm;

/** A call in a comment, or in a script that a test writes into a string. */
function isInText(source: string, index: number): boolean {
  const before = source.slice(source.lastIndexOf('\n', index) + 1, index);
  return (
    /^\s*(?:\/\/|\*|\/\*)/.test(before) ||
    before.replaceAll(/(['"`])(?:(?!\1).)*\1/g, '').match(/['"`]/) !== null
  );
}
