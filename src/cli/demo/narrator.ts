import { widthOf } from '../output/width.ts';
import { wrap } from '../output/wrap.ts';
import { spinnerOn } from '../output/progress.ts';
import type { Style } from '../output/style.ts';
import type { Terminal } from '../output/terminal.ts';
import type { CurrentStage } from '../run/run-progress.ts';

/** Tells whoever looks what happens, and why it matters. */
export interface Narrator {
  readonly style: Style;
  readonly width: number;
  /** A line or several; nothing for null. */
  readonly say: (text: string | null) => void;
  /** The beginning of an act: what it shows, and why that matters. */
  readonly act: (title: string, why: string) => void;
  /** What goes on at this moment, on a TTY. */
  readonly show: (current: CurrentStage | null) => void;
  /** Nothing more will be said. */
  readonly end: () => void;
}

/** Longer lines of a story are hard to read, however wide the terminal is. */
const storyColumns = 100;

/** With `--json` stdout belongs to the figures, so the story goes to stderr. */
export function openNarrator({ out, err }: Terminal, isJson: boolean): Narrator {
  const pane = isJson ? err : out;
  const { style } = pane;
  const width = pane.columns;
  const spinner = spinnerOn(pane);
  const say = (text: string | null): void => (text === null ? undefined : spinner.print(text));
  return {
    style,
    width,
    say,
    act(title, why) {
      say(`\n${style.bold(title)}\n${style.dim('─'.repeat(widthOf(title)))}`);
      say(style.dim(wrap(why, Math.min(width, storyColumns)).join('\n')));
      say('');
    },
    show(current) {
      if (current === null) return spinner.show(null);
      const { what, startedAt, latest } = current;
      const since = performance.now() - (Date.now() - Date.parse(startedAt));
      return spinner.show({ what: ` ${what}`, since, ...(latest === null ? {} : { latest }) });
    },
    end: () => spinner.stop(),
  };
}
