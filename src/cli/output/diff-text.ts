import type { DiffLine } from '../../lib/unified-diff.ts';
import type { Style } from './style.ts';

/** The change of a file, under its name. Empty when there is none. */
export function diffLines(file: string, diff: readonly DiffLine[], style: Style): readonly string[] {
  if (diff.length === 0) return [];
  return [`  ${style.bold(file)}`, ...diff.map((line) => `  ${diffLine(line, style)}`)];
}

function diffLine({ kind, text }: DiffLine, style: Style): string {
  switch (kind) {
    case '@':
      return style.dim(`@@ ${text} @@`);
    case '+':
      return style.good(`+ ${text}`.trimEnd());
    case '-':
      return style.bad(`- ${text}`.trimEnd());
    case ' ':
      return style.dim(`  ${text}`.trimEnd());
  }
}
