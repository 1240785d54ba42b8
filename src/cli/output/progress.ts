import { printable } from './printable.ts';
import { clip } from './width.ts';
import type { Pane } from './terminal.ts';
import { durationText } from './time.ts';

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'] as const;
const frameMs = 80;

/** One line at the bottom of a TTY that says what is going on and for how long; nothing at all elsewhere. */
export interface Spinner {
  /** What is going on now, since a moment of `performance.now()`; null: nothing, the line is empty. */
  show(activity: Activity | null): void;
  /** Writes lines above it. */
  print(text: string): void;
  /** Ends it; the line is gone. */
  stop(): void;
}

interface Activity {
  readonly what: string;
  readonly since: number;
  /** The last thing it said. */
  readonly latest?: string;
}

export function spinnerOn(pane: Pane, indent = ''): Spinner {
  if (!pane.isLive) {
    return { show: () => undefined, print: (text) => pane.line(text), stop: () => undefined };
  }
  let activity: Activity | null = null;
  let frame = 0;
  const draw = (): void => {
    pane.write(
      eraseLine + (activity === null ? '' : indent + printable(activityText(activity, frame, pane))),
    );
  };
  const timer = setInterval(() => {
    frame += 1;
    if (activity !== null) draw();
  }, frameMs);
  timer.unref();
  pane.write(hideCursor);
  return {
    show(next) {
      activity = next;
      draw();
    },
    print(text) {
      pane.write(eraseLine);
      pane.line(text);
      draw();
    },
    stop() {
      clearInterval(timer);
      activity = null;
      pane.write(eraseLine + showCursor);
    },
  };
}

/** What is refused is refused by then, and nobody reads of work that never began. */
const refusalMs = 300;

/** Says on stderr what takes a while: a spinner on a TTY, one line elsewhere. */
export async function withProgress<T>(pane: Pane, what: string, work: () => Promise<T>): Promise<T> {
  const saying = pane.isLive ? undefined : setTimeout(() => pane.line(`deployer: ${what} …`), refusalMs);
  const spinner = spinnerOn(pane);
  spinner.show({ what: `${what} …`, since: performance.now() });
  try {
    return await work();
  } finally {
    clearTimeout(saying);
    spinner.stop();
  }
}

/** Writes a line while something is going on; what is shown of that comes below it again. */
export function lineAbove(pane: Pane, text: string): void {
  if (pane.isLive) pane.write(eraseLine);
  pane.line(text);
}

// ECMA-48 sequences: erase the line and return to its start; DEC mode 25 is the cursor.
const eraseLine = '\r\u001B[2K';
const hideCursor = '\u001B[?25l';
const showCursor = '\u001B[?25h';

function activityText({ what, since, latest }: Activity, frame: number, { style, columns }: Pane): string {
  const elapsed = durationText(Math.floor((performance.now() - since) / 1000) * 1000).replace('.0 s', ' s');
  const head = clip(`${what}  ${elapsed}`, columns - 5);
  const room = columns - head.length - 8;
  const tail = latest === undefined || room < 12 ? '' : `  ${style.dim(clip(latest, room))}`;
  return `${style.command(frames[frame % frames.length] ?? '')} ${head}${tail}`;
}
