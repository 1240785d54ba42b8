import type { RunEvent, StageRecord, Waiting } from '../../core/run.ts';
import { environmentHeading, stageText } from '../output/stage-text.ts';
import type { Style } from '../output/style.ts';
import { waitingFor } from '../output/waiting-text.ts';

/** How much of what a failing stage said is shown. */
const shownLines = 30;

export interface ProgressView {
  readonly style: Style;
  readonly width: number;
  /** Every line of output is shown, not only that of a failing stage. */
  readonly isVerbose: boolean;
}

/** What goes on at this moment, for a spinner. */
export interface CurrentStage {
  readonly what: string;
  readonly startedAt: string;
  readonly latest: string | null;
}

/** Turns the events of a run into what a person reads: one block per stage, when it has ended. */
export class RunProgress {
  readonly #view: ProgressView;
  readonly #output = new Map<string, string[]>();
  #environment: string | null = null;
  #current: CurrentStage | null = null;

  constructor(view: ProgressView) {
    this.#view = view;
  }

  get current(): CurrentStage | null {
    return this.#current;
  }

  /** The text to print for an event; null when nothing is to be said. */
  read(event: RunEvent): string | null {
    switch (event.type) {
      case 'stage':
        return this.#readStage(event);
      case 'log':
        return this.#readLog(event);
      case 'waiting':
        return this.#readWaiting(event.waiting);
      case 'result':
        this.#current = null;
        return null;
    }
  }

  #readStage(stage: StageRecord): string | null {
    switch (stage.state) {
      case 'pending':
      case 'skipped':
        return null;
      case 'running':
        this.#current = {
          what: stage.name,
          startedAt: stage.startedAt ?? new Date().toISOString(),
          latest: null,
        };
        // Tried again: what it said the first time has been shown.
        this.#output.delete(keyOf(stage.environment, stage.name));
        return this.#heading(stage.environment);
      case 'waiting':
        this.#current = null;
        return this.#heading(stage.environment);
      case 'passed':
      case 'failed':
      case 'undecided':
        this.#current = null;
        return this.#block(stage);
    }
  }

  #block(stage: StageRecord): string {
    const heading = this.#heading(stage.environment);
    const lines = heading === null ? [] : [heading];
    lines.push(stageText(stage, this.#view.style, this.#view.width));
    if (stage.state === 'failed' && !this.#view.isVerbose) lines.push(...this.#lastLines(stage));
    return lines.join('\n');
  }

  #heading(environment: string | null): string | null {
    if (environment === this.#environment) return null;
    this.#environment = environment;
    return environment === null ? '' : environmentHeading(environment, this.#view.style);
  }

  #lastLines({ environment, name }: StageRecord): readonly string[] {
    const { style } = this.#view;
    const said = this.#output.get(keyOf(environment, name)) ?? [];
    const shown = said.slice(-shownLines);
    const left = said.length - shown.length;
    return [
      ...(left > 0 ? [style.dim(`    │ … ${left} earlier lines`)] : []),
      ...shown.map((line) => `    ${style.bad('│')} ${line}`),
    ];
  }

  #readLog(event: RunEvent & { readonly type: 'log' }): string | null {
    const key = keyOf(event.environment, event.stage);
    const said = this.#output.get(key) ?? [];
    said.push(event.line);
    this.#output.set(key, said);
    if (this.#current?.what === event.stage) this.#current = { ...this.#current, latest: event.line };
    return this.#view.isVerbose ? `    ${this.#view.style.dim('│')} ${event.line}` : null;
  }

  /** Only waiting for one's turn goes on by itself; any other ends the following, with the whole story. */
  #readWaiting(waiting: Waiting): string | null {
    if (waiting.kind !== 'capacity') return null;
    this.#current = { what: `waiting for ${waitingFor.capacity}`, startedAt: waiting.since, latest: null };
    const heading = this.#heading(waiting.environment);
    const { style } = this.#view;
    const line = `  ${style.attention('•')} waits for ${waitingFor.capacity}: ${waiting.reason}`;
    return heading === null ? line : `${heading}\n${line}`;
  }
}

function keyOf(environment: string | null, stage: string): string {
  return `${environment ?? ''}/${stage}`;
}
