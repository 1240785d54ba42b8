import { readdirSync, readFileSync } from 'node:fs';

/** A process and all that it has started, but for what descends from another one of `roots`. */
export function treeOf(root: number, roots: ReadonlySet<number>): readonly number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = textOf(`/proc/${name}/stat`);
    // Field 4 of proc(5), counted from the end of the name in field 2.
    const parent = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1];
    if (parent !== undefined) parents.set(Number(name), Number(parent));
  }
  const isBelow = (pid: number): boolean => {
    for (let at: number | undefined = pid; at !== undefined && at > 1; at = parents.get(at)) {
      if (roots.has(at)) return at === root;
    }
    return false;
  };
  return [...parents.keys()].filter(isBelow);
}

/** Nanoseconds of CPU that the threads of these processes have had (first field of schedstat). */
export function cpuNanoseconds(pids: readonly number[]): number {
  const threads = pids.flatMap((pid) =>
    entriesOf(`/proc/${pid}/task`).map((tid) => `/proc/${pid}/task/${tid}`),
  );
  return sum(threads.map((thread) => Number(textOf(`${thread}/schedstat`).split(' ')[0] ?? 0)));
}

/** Bytes of memory of these processes; what several share counts once (PSS). */
export function memoryBytes(pids: readonly number[]): number {
  const rollups = pids.map((pid) => textOf(`/proc/${pid}/smaps_rollup`));
  return sum(rollups.map((text) => Number(/^Pss: +(\d+) kB/m.exec(text)?.[1] ?? 0) * 1024));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Empty when the process has ended meanwhile. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function entriesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    // The process has ended meanwhile.
    return [];
  }
}
