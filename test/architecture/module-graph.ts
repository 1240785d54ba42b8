import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

import { importsOf } from './imports-of.ts';

export interface Module {
  /** From the root of the project, `src/core/pipeline/plan.ts`. */
  readonly file: string;
  readonly source: string;
}

/** One file naming another, or a package. */
export interface Arrow {
  readonly from: string;
  readonly line: number;
  /** A file of the project (`src/core/pipeline/plan.ts`), a package (`zod`), or null where it cannot be read. */
  readonly to: string | null;
}

const root = join(import.meta.dirname, '../..');

export function modulesIn(folder: string): readonly Module[] {
  return globSync(`${folder}/**/*.ts`, { cwd: root }).map((file) => ({
    file,
    source: readFileSync(join(root, file), 'utf8'),
  }));
}

export function arrowsOf(modules: readonly Module[]): readonly Arrow[] {
  return modules.flatMap(({ file, source }) =>
    importsOf(source).map(({ line, specifier }) => ({ from: file, line, to: targetOf(file, specifier) })),
  );
}

function targetOf(file: string, specifier: string | null): string | null {
  if (specifier === null || !specifier.startsWith('.')) return specifier;
  return relative('.', join(dirname(file), specifier));
}

/** The files of each cycle, each found once, in the order of their imports. */
export function cyclesIn(arrows: readonly Arrow[]): readonly (readonly string[])[] {
  const next = Map.groupBy(arrows, ({ from }) => from);
  const cycles: (readonly string[])[] = [];
  const isDone = new Set<string>();
  const path: string[] = [];

  function visit(file: string): void {
    const repeated = path.indexOf(file);
    if (repeated >= 0) cycles.push(path.slice(repeated));
    if (repeated >= 0 || isDone.has(file)) return;
    path.push(file);
    for (const { to } of next.get(file) ?? []) if (to !== null) visit(to);
    path.pop();
    isDone.add(file);
  }

  for (const file of next.keys()) visit(file);
  return cycles;
}
