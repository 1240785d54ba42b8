import { expect, test } from 'vitest';

import { openLiveScreen } from './live-screen.ts';
import { styleOf } from './style.ts';
import type { Pane } from './terminal.ts';

/** A terminal that keeps what it was sent. */
function terminal(): { readonly pane: Pane; readonly sent: () => string } {
  let sent = '';
  const write = (text: string): void => void (sent += text);
  const pane = { style: styleOf(false), isLive: true, columns: 80, rows: 24, line: write, write };
  return { pane: { ...pane, onResize: () => () => undefined }, sent: () => sent };
}

test('the terminal gets its own screen and cursor back, once, whatever is shown afterwards', () => {
  const { pane, sent } = terminal();
  const screen = openLiveScreen(pane);
  screen.show('one\ntwo');
  screen.close();
  const closed = sent();
  screen.close();
  screen.show('three');
  expect(sent()).toBe(closed);
  expect(closed.startsWith('\u001B[?1049h\u001B[?25l')).toBe(true);
  expect(closed.endsWith('\u001B[?25h\u001B[?1049l')).toBe(true);
});

test('what others wrote cannot act upon the terminal, and what was longer before leaves nothing', () => {
  const { pane, sent } = terminal();
  const screen = openLiveScreen(pane);
  screen.show('a\u001B[2Jb\nc');
  expect(sent()).toContain('\u001B[Ha\\u001b[2Jb\u001B[K\nc\u001B[K\u001B[J');
  screen.close();
});
