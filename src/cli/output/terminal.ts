import type { Readable } from 'node:stream';
import type { WriteStream } from 'node:tty';

import { printable } from './printable.ts';
import { hasColours, type Style, styleOf } from './style.ts';

/** The two streams of a command line, and what each can show. */
export interface Terminal {
  readonly out: Pane;
  readonly err: Pane;
  /** Whether somebody sits there who can be asked. */
  readonly canAsk: boolean;
}

export interface Pane {
  readonly style: Style;
  /** A TTY: lines can be rewritten. */
  readonly isLive: boolean;
  /** Characters in a line. */
  readonly columns: number;
  /** Lines on a TTY; null elsewhere, or where it does not know. */
  readonly rows: number | null;
  /** Calls back whenever a TTY has got another size, until what it returns is called. */
  onResize(listener: () => void): () => void;
  /** Writes a line, or several. What a terminal would act upon, but for colours, is escaped. */
  line(text: string): void;
  /** Writes without a line's end. */
  write(text: string): void;
}

/** What is piped into a command, or the keyboard. */
export interface StandardInput extends Readable {
  readonly isTTY?: boolean;
}

export interface TerminalStreams {
  readonly stdin: StandardInput;
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
}

export function terminalOf({ stdin, stdout, stderr }: TerminalStreams): Terminal {
  return {
    out: paneOf(stdout),
    err: paneOf(stderr),
    canAsk: stdin.isTTY === true && isTty(stderr) && isTty(stdout),
  };
}

function paneOf(stream: NodeJS.WritableStream): Pane {
  return {
    style: styleOf(hasColours(stream)),
    isLive: isTty(stream),
    get columns() {
      if (!isTty(stream)) return 120;
      // Some pseudo-terminals do not know their size and say 0.
      return stream.columns > 0 ? stream.columns : 80;
    },
    get rows() {
      return isTty(stream) && stream.rows > 0 ? stream.rows : null;
    },
    onResize(listener) {
      stream.on('resize', listener);
      return () => void stream.off('resize', listener);
    },
    line: (text) => void stream.write(`${printable(text)}\n`),
    write: (text) => void stream.write(text),
  };
}

function isTty(stream: NodeJS.WritableStream): stream is WriteStream {
  return 'isTTY' in stream && stream.isTTY === true;
}
