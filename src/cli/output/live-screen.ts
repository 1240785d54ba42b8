import { printable } from './printable.ts';
import type { Pane } from './terminal.ts';

/** A TTY that shows one text after another in the same place, and is as it was when that is over. */
export interface LiveScreen {
  show(text: string): void;
  close(): void;
}

/** xterm's private modes: the other screen has no lines to scroll back to, so nothing of it stays. */
const enter = '\u001B[?1049h\u001B[?25l';
const leave = '\u001B[?25h\u001B[?1049l';
const home = '\u001B[H';
const eraseToLineEnd = '\u001B[K';
const eraseBelow = '\u001B[J';

export function openLiveScreen(pane: Pane): LiveScreen {
  let isOpen = true;
  pane.write(enter);
  return {
    // Lines are overwritten, not erased first: so nothing flickers.
    show(text) {
      const lines = printable(text).split('\n');
      if (isOpen) pane.write(home + lines.map((line) => line + eraseToLineEnd).join('\n') + eraseBelow);
    },
    close() {
      if (isOpen) pane.write(leave);
      isOpen = false;
    },
  };
}
