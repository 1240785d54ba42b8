import type { RunEvent, StageRecord, Waiting } from '../../core/pipeline/run.ts';
import { environmentHeading, stageText, switchedBackText } from '../output/stage-text.ts';
import type { Style } from '../output/style.ts';
import { waitingFor } from '../output/waiting-text.ts';
import { OutputTail, outputLineText } from './output-tail.ts';

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
  readonly #output = new Map<string, OutputTail>();
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
      case 'switched-back':
        return switchedBackText(event, this.#view.style);
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
        return null;
      case 'passed':
      case 'failed':
      case 'undecided':
      case 'waived':
        this.#current = null;
        return this.#block(stage);
    }
  }

  #block(stage: StageRecord): string {
    const heading = this.#heading(stage.environment);
    const lines = heading === null ? [] : [heading];
    lines.push(stageText(stage, this.#view.style, this.#view.width));
    const said = this.#output.get(keyOf(stage.environment, stage.name));
    if (stage.state === 'failed' && !this.#view.isVerbose && said !== undefined) {
      lines.push(...said.text(this.#view.style));
    }
    return lines.join('\n');
  }

  #heading(environment: string | null): string | null {
    if (environment === this.#environment) return null;
    this.#environment = environment;
    return environment === null ? '' : environmentHeading(environment, this.#view.style);
  }

  #readLog(event: RunEvent & { readonly type: 'log' }): string | null {
    const key = keyOf(event.environment, event.stage);
    const said = this.#output.get(key) ?? new OutputTail();
    said.add(event);
    this.#output.set(key, said);
    if (this.#current?.what === event.stage) this.#current = { ...this.#current, latest: event.line };
    const { style, isVerbose } = this.#view;
    return isVerbose ? outputLineText(event, style.dim('│'), style) : null;
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
