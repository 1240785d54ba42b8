import type { Module } from './module-graph.ts';
import { arrowsOf } from './module-graph.ts';

/** What is loaded as soon as a file is: imports of values, and of those; neither of types nor by `import()`. */
export function loadedWith(entry: string, modules: readonly Module[]): ReadonlySet<string> {
  const eager = modules.map(({ file, source }) => ({ file, source: withoutLateImports(source) }));
  const next = Map.groupBy(arrowsOf(eager), ({ from }) => from);
  const loaded = new Set<string>();
  const visit = (file: string): void => {
    if (loaded.has(file)) return;
    loaded.add(file);
    for (const { to } of next.get(file) ?? []) if (to !== null) visit(to);
  };
  visit(entry);
  return loaded;
}

function withoutLateImports(source: string): string {
  return source
    .replaceAll(/\bimport\(/g, 'later(')
    .replaceAll(/^(?:import|export)\s+type\s[^;]*;/gm, '')
    .replaceAll(
      /^(?:import|export)\s+\{(?:\s*type\s+[\w$]+(?:\s+as\s+[\w$]+)?\s*,?)+\s*\}\s+from\s[^;]*;/gm,
      '',
    );
}
