import type { LogStream } from '../../core/pipeline/run.ts';
import type { Style } from '../output/style.ts';

/** How much of what a failing stage said is shown. */
const shownLines = 30;

export interface OutputLine {
  readonly stream: LogStream;
  readonly line: string;
}

/** The end of what a stage wrote, however much that was. */
export class OutputTail {
  readonly #lines: OutputLine[] = [];
  #left = 0;

  add(line: OutputLine): void {
    this.#lines.push(line);
    if (this.#lines.length <= shownLines) return;
    this.#lines.shift();
    this.#left += 1;
  }

  text(style: Style): readonly string[] {
    return [
      ...(this.#left > 0 ? [style.dim(`    │ … ${this.#left} earlier lines`)] : []),
      ...this.#lines.map((line) => outputLineText(line, style.bad('│'), style)),
    ];
  }
}

/** What Deployer itself says stands back behind what the command wrote. */
export function outputLineText({ stream, line }: OutputLine, bar: string, style: Style): string {
  return `    ${bar} ${stream === 'note' ? style.dim(line) : line}`;
}
