import type { RunEvent, StageRecord } from '../../core/pipeline/run.ts';
import { padEnd, padStart } from '../output/width.ts';
import { hanging } from '../output/wrap.ts';
import { environmentHeading } from '../output/stage-text.ts';
import { durationText } from '../output/time.ts';
import { type CurrentStage, type ProgressView, RunProgress } from '../run/run-progress.ts';

const nameWidth = 20;
const durationWidth = 10;
const decidedByPeople: ReadonlySet<string> = new Set(['uat', 'approval']);

/**
 * A run for somebody who has seen one: what passes by itself is a line per environment, and only of one environment
 * is every stage shown.
 */
export class FoldedProgress {
  readonly #view: ProgressView;
  readonly #unfolded: string;
  readonly #full: RunProgress;
  #passed: StageRecord[] = [];

  /** `unfolded`: the environment whose stages are all shown. */
  constructor(view: ProgressView, unfolded: string) {
    this.#view = view;
    this.#unfolded = unfolded;
    this.#full = new RunProgress(view);
  }

  get current(): CurrentStage | null {
    return this.#full.current;
  }

  /** The text to print for an event; null when nothing is to be said. */
  read(event: RunEvent): string | null {
    const text = this.#full.read(event);
    if (event.type !== 'stage') return text;
    const { environment, state, name } = event;
    if (environment === this.#unfolded) return joined([...this.#fold(), text]);
    switch (state) {
      case 'pending':
      case 'skipped':
        return null;
      case 'running':
        return this.#passed.at(-1)?.environment === environment ? null : joined(this.#fold());
      case 'waiting':
        return joined(this.#fold());
      case 'passed':
        if (decidedByPeople.has(name)) return text;
        this.#passed.push(event);
        return null;
      case 'failed':
      case 'undecided':
      case 'waived':
        return joined([...this.#fold(), environmentHeading(environment ?? 'commit', this.#view.style), text]);
    }
  }

  /** The line of what has passed since the last one. */
  #fold(): readonly string[] {
    const stages = this.#passed;
    const [first, last] = [stages[0], stages.at(-1)];
    this.#passed = [];
    if (first === undefined || last === undefined) return [];
    const { style, width } = this.#view;
    const name = padEnd(first.environment ?? 'commit', nameWidth);
    const tookMs = Date.parse(last.endedAt ?? '') - Date.parse(first.startedAt ?? '');
    const took = padStart(durationText(tookMs), durationWidth);
    const names = stages.map((stage) => stage.name).join(', ');
    return hanging(`  ${style.good('✓')} ${name}${style.dim(took)}  `, style.dim(names), width);
  }
}

function joined(texts: readonly (string | null)[]): string | null {
  const lines = texts.filter((text) => text !== null);
  return lines.length === 0 ? null : lines.join('\n');
}
