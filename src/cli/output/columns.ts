import { padEnd, widthOf } from './width.ts';
import { hanging } from './wrap.ts';

export interface ColumnsLayout {
  /** @default two blanks */
  readonly indent?: string;
  /** Columns of the terminal: the last cell of a row is wrapped under itself. @default as wide as it gets */
  readonly width?: number;
}

/** Rows with their cells under each other, two blanks between them and none at a line's end. */
export function columns(
  rows: readonly (readonly string[])[],
  { indent = '  ', width = Infinity }: ColumnsLayout = {},
): readonly string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, widthOf(cell));
  }
  return rows.map((row) => {
    const cells = row.slice(0, -1).map((cell, index) => `${padEnd(cell, widths[index] ?? 0)}  `);
    return hanging(indent + cells.join(''), row.at(-1) ?? '', width).join('\n');
  });
}
