import type { Arrow } from './module-graph.ts';

/** Folder of `src/` (or a file directly in it) -> what it may import besides itself and `errors.ts`. */
export type Borders = Readonly<Record<string, readonly string[]>>;

/** Package -> the folders that may import it. */
export type Packages = Readonly<Record<string, readonly string[]>>;

export interface Rules {
  readonly borders: Borders;
  readonly packages: Packages;
  /** Files that may import what only the running program can name. */
  readonly loaders: readonly string[];
}

/** The row of a file: `core`, `targets/process`, `app.ts`; null outside `src/`. */
export function folderOf(file: string): string | null {
  const [top, first = '', second = ''] = file.split('/');
  if (top !== 'src') return null;
  return first === 'targets' ? `${first}/${second}` : first;
}

/** One line for each arrow that crosses a border it may not cross. */
export function violations(arrows: readonly Arrow[], rules: Rules): readonly string[] {
  return arrows.flatMap((arrow) => {
    const problem = problemOf(arrow, rules);
    return problem === null ? [] : [`${arrow.from}:${arrow.line} ${problem}`];
  });
}

function problemOf({ from, to }: Arrow, { borders, packages, loaders }: Rules): string | null {
  const folder = folderOf(from);
  const isTest = from.endsWith('.test.ts');
  if (folder === null) return null;
  if (borders[folder] === undefined) return `is in ${folder}, which the table does not list`;
  if (to === null) return loaders.includes(from) ? null : 'imports what only a running program knows';
  if (isFile(to)) return isTest && to.startsWith('test/') ? null : fileProblem(folder, to, borders);
  return isTest && isForTests(to) ? null : packageProblem(folder, to, packages);
}

function fileProblem(folder: string, to: string, borders: Borders): string | null {
  const target = folderOf(to);
  if (target === null) return `imports ${to}, which is not part of the program`;
  if (target === folder || target === 'errors.ts') return null;
  return borders[folder]?.includes(target) === true
    ? null
    : `imports ${to}: ${folder} may not import ${target}`;
}

function packageProblem(folder: string, to: string, packages: Packages): string | null {
  if (to.startsWith('node:')) return folder === 'core' ? `imports ${to}: core is pure` : null;
  const name = to
    .split('/')
    .slice(0, to.startsWith('@') ? 2 : 1)
    .join('/');
  if (packages[name]?.includes(folder) === true) return null;
  return `imports the package ${name}: the table does not give it to ${folder}`;
}

function isFile(to: string): boolean {
  return to.endsWith('.ts');
}

function isForTests(to: string): boolean {
  return to === 'vitest' || to === 'fast-check' || to.startsWith('node:');
}
