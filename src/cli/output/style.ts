import { styleText } from 'node:util';

type Format = Parameters<typeof styleText>[0];

/** Text in the colours of a stream, or as it is where the stream shows none. */
export interface Style {
  readonly bold: (text: string) => string;
  /** Secondary: digests, ages, addresses. */
  readonly dim: (text: string) => string;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  /** Something waits for a person. */
  readonly attention: (text: string) => string;
  /** A command to type. */
  readonly command: (text: string) => string;
  /** One of six colours, always the same for the same number. */
  readonly tint: (text: string, index: number) => string;
}

const tints: readonly Format[] = ['cyan', 'magenta', 'blue', 'yellow', 'green', 'red'];

export function styleOf(hasColours: boolean): Style {
  const paint = (format: Format, text: string): string =>
    hasColours && text !== '' ? styleText(format, text, { validateStream: false }) : text;
  return {
    bold: (text) => paint('bold', text),
    dim: (text) => paint('dim', text),
    good: (text) => paint('green', text),
    bad: (text) => paint('red', text),
    attention: (text) => paint('yellow', text),
    command: (text) => paint('cyan', text),
    tint: (text, index) => paint(tints[index % tints.length] ?? 'cyan', text),
  };
}

/** Whether a stream shows colours, by Node's own rules (NO_COLOR, FORCE_COLOR, NODE_DISABLE_COLORS, a TTY). */
export function hasColours(stream: NodeJS.WritableStream): boolean {
  return styleText('dim', 'x', { stream }) !== 'x';
}
