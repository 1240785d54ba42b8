import type { SwitchedBack } from '../../core/run.ts';
import type { Style } from '../output/style.ts';
import type { DemoPlace } from './demo-place.ts';

/** What every act of the demo plays on. */
export interface Stage {
  readonly place: DemoPlace;
  /** Says a line to the person who looks; with `--json` nothing is said. */
  readonly say: (text: string) => void;
  readonly style: Style;
  readonly width: number;
  readonly signal: AbortSignal;
  /** Every time that users were sent back. */
  readonly switchedBack: SwitchedBack[];
}
