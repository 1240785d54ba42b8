export interface DiffLine {
  /** `@`: the head of a part, `-12,3 +12,4`. */
  readonly kind: '@' | ' ' | '+' | '-';
  readonly text: string;
}

/**
 * Beyond this the lines that differ are shown as removed and added as a whole: what nobody reads needs no least diff.
 */
const maxCompared = 4_000_000;

/** Two texts line by line, as `diff -u` shows them. Empty when they are the same. */
export function unifiedDiff(before: string, after: string, context = 3): readonly DiffLine[] {
  const lines = comparedLines(linesOf(before), linesOf(after));
  return partsOf(lines, context).flatMap(({ from, to }) => {
    const part = lines.slice(from, to);
    return [headOf(part), ...part.map(({ kind, text }) => ({ kind, text }))];
  });
}

interface ComparedLine {
  readonly kind: ' ' | '+' | '-';
  readonly text: string;
  /** Counted from 1: where it stands, or would stand, in each. */
  readonly old: number;
  readonly new: number;
}

function linesOf(text: string): readonly string[] {
  const lines = text.split(/\r?\n/);
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}

/** By the longest common subsequence of what is between the equal beginning and the equal end. */
function comparedLines(a: readonly string[], b: readonly string[]): readonly ComparedLine[] {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let tail = 0;
  while (tail < a.length - start && tail < b.length - start && a.at(-1 - tail) === b.at(-1 - tail)) tail += 1;
  const [middleA, middleB] = [a.slice(start, a.length - tail), b.slice(start, b.length - tail)];
  const kinds = [
    ...a.slice(0, start).map(() => ' ' as const),
    ...kindsOf(middleA, middleB),
    ...a.slice(a.length - tail).map(() => ' ' as const),
  ];
  let [old, now] = [0, 0];
  return kinds.map((kind) => {
    const line = { kind, text: (kind === '+' ? b[now] : a[old]) ?? '', old: old + 1, new: now + 1 };
    if (kind !== '+') old += 1;
    if (kind !== '-') now += 1;
    return line;
  });
}

function kindsOf(a: readonly string[], b: readonly string[]): readonly ComparedLine['kind'][] {
  if (a.length * b.length > maxCompared) return [...a.map(() => '-' as const), ...b.map(() => '+' as const)];
  const width = b.length + 1;
  const lengths = new Uint32Array((a.length + 1) * width);
  const at = (row: number, column: number): number => lengths[row * width + column] ?? 0;
  for (let row = a.length - 1; row >= 0; row -= 1) {
    for (let column = b.length - 1; column >= 0; column -= 1) {
      lengths[row * width + column] =
        a[row] === b[column]
          ? at(row + 1, column + 1) + 1
          : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  const kinds: ComparedLine['kind'][] = [];
  let [row, column] = [0, 0];
  while (row < a.length || column < b.length) {
    const isSame = row < a.length && column < b.length && a[row] === b[column];
    const isRemoved =
      !isSame && row < a.length && (column === b.length || at(row + 1, column) >= at(row, column + 1));
    kinds.push(isSame ? ' ' : isRemoved ? '-' : '+');
    if (isSame || isRemoved) row += 1;
    if (isSame || !isRemoved) column += 1;
  }
  return kinds;
}

interface Part {
  readonly from: number;
  readonly to: number;
}

/** Changes with the lines around them, those that touch each other in one. */
function partsOf(lines: readonly ComparedLine[], context: number): readonly Part[] {
  const parts: Part[] = [];
  for (const [index, { kind }] of lines.entries()) {
    if (kind === ' ') continue;
    const part = { from: Math.max(index - context, 0), to: Math.min(index + context + 1, lines.length) };
    const last = parts.at(-1);
    if (last !== undefined && part.from <= last.to)
      parts[parts.length - 1] = { from: last.from, to: part.to };
    else parts.push(part);
  }
  return parts;
}

function headOf(part: readonly ComparedLine[]): DiffLine {
  const first = part[0];
  const olds = part.filter(({ kind }) => kind !== '+').length;
  const news = part.filter(({ kind }) => kind !== '-').length;
  return { kind: '@', text: `-${first?.old ?? 0},${olds} +${first?.new ?? 0},${news}` };
}
