import { count } from '../../core/texts/figures.ts';
import type { Problem } from '../../core/definition/problem.ts';
import { hintText } from './error-text.ts';
import type { Style } from './style.ts';

/** A problem as a compiler shows it: the place, the line as written, and a mark under what is meant. */
export function problemText(problem: Problem, source: string, style: Style): string {
  const { file, line, column, message, hint, severity } = problem;
  const sign = severity === 'error' ? style.bad('✗ error') : style.attention('! warning');
  const gutter = String(line).length;
  const written = (source.split(/\r?\n/)[line - 1] ?? '').slice(0, 200);
  const before = written.slice(0, column - 1).replace(/[^\t]/g, ' ');
  const mark = '^'.repeat(markLength(written.slice(column - 1)));
  return [
    `${style.bold(`${file}:${line}:${column}`)}  ${sign}  ${message}`,
    `  ${style.dim(`${line} │`)} ${written}`,
    `  ${' '.repeat(gutter)} ${style.dim('│')} ${before}${severity === 'error' ? style.bad(mark) : style.attention(mark)}`,
    hintText(hint, style),
  ].join('\n');
}

/** `2 errors, 1 warning` */
export function problemCount(problems: readonly Problem[]): string {
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  const warnings = problems.length - errors;
  return [
    ...(errors === 0 ? [] : [count(errors, 'error')]),
    ...(warnings === 0 ? [] : [count(warnings, 'warning')]),
  ].join(', ');
}

/** As long as the word that stands there. */
function markLength(rest: string): number {
  return Math.max(/^(?:"[^"]*"|'[^']*'|[^\s:,[\]{}#]+)/.exec(rest)?.[0].length ?? 1, 1);
}
