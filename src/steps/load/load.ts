import { setImmediate as nextTurn } from 'node:timers/promises';

import type { LoadFigures } from '../../core/verdicts/load-figures.ts';
import { pause } from '../../lib/pause.ts';
import { type Arrival, type ArrivalPlan, arrivals } from './arrivals.ts';
import { type EdgeAnswer, type EdgeClient, type EdgeRequest, openEdgeClient } from './edge-client.ts';
import { LatencyRecorder } from './latency-recorder.ts';

export interface LoadTarget {
  /** Whose answers count: the edge names it in each. */
  readonly deployment: string;
  readonly origin: string;
}

export interface LoadOptions extends Omit<ArrivalPlan, 'sides'> {
  readonly targets: readonly LoadTarget[];
  readonly request: Omit<EdgeRequest, 'origin' | 'timeoutMs'>;
  /** Counted from when a request is sent, so that a late generator fails nobody. */
  readonly timeoutMs: number;
  readonly caFile: string | null;
  readonly signal: AbortSignal;
}

export interface LoadRun {
  /** In the order of the targets. */
  readonly figures: readonly LoadFigures[];
  /** Share of the measured requests that left more than 50 ms late. */
  readonly lateShare: number;
}

/** Later than timers of a busy machine, and less than a person notices. */
const lateMs = 50;
/** Against a deployment that hangs; a thousand open requests prove as much as ten thousand. */
const maxConnections = 1024;

/**
 * Loads deployments in an open model: requests leave at their appointed times whatever became of those before, and
 * latency counts from the appointed time. A generator that waits for answers, or counts from when it got round to
 * sending, leaves out just the requests that a stalled server would have kept waiting (Gil Tene's "coordinated
 * omission", in "How NOT to Measure Latency", 2013).
 *
 * With two targets the arrivals are interleaved, each at the full rate and without a pause: both meet the same machine
 * in the same moments, so what disturbs one disturbs the other and cancels out of their ratio, and neither gets a rest
 * in which to work off what it could not keep up with.
 */
export async function load(options: LoadOptions): Promise<LoadRun> {
  const { rate, timeoutMs, targets, signal } = options;
  signal.throwIfAborted();
  const atOnce = Math.ceil((rate * timeoutMs) / 1000) + 1;
  const client = await openEdgeClient({
    caFile: options.caFile,
    connections: Math.min(maxConnections, atOnce),
  });
  const stop = (): void => void client.close();
  signal.addEventListener('abort', stop, { once: true });
  try {
    const tallies = targets.map((target) => new Tally(target));
    const lateShare = await sendAll(tallies, client, options);
    signal.throwIfAborted();
    return { figures: tallies.map((tally) => tally.figures()), lateShare };
  } finally {
    signal.removeEventListener('abort', stop);
    await client.close();
  }
}

async function sendAll(tallies: readonly Tally[], client: EdgeClient, options: LoadOptions): Promise<number> {
  const underway = new Set<Promise<void>>();
  const startedAt = performance.now();
  let late = 0;
  let measured = 0;
  for (const arrival of arrivals({ ...options, sides: tallies.length })) {
    const tally = tallies[arrival.side];
    if (tally === undefined) continue;
    await untilDue(startedAt + arrival.atMs, options.signal);
    const sentAt = performance.now();
    const lag = sentAt - startedAt - arrival.atMs;
    if (arrival.isMeasured) measured += 1;
    if (arrival.isMeasured && lag > lateMs) late += 1;
    const sent = sendOne(tally, arrival, { client, options, startAt: sentAt - Math.max(0, lag) });
    underway.add(sent);
    void sent.finally(() => underway.delete(sent));
  }
  await Promise.all(underway);
  return measured === 0 ? 0 : late / measured;
}

/** Timers are whole milliseconds, so a request may leave a fraction of one early. When late, others get a turn too. */
async function untilDue(at: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const waitMs = Math.floor(at - performance.now());
  if (waitMs > 0) await pause(waitMs, signal);
  else if (waitMs < -1) await nextTurn();
}

async function sendOne(
  tally: Tally,
  arrival: Arrival,
  by: { readonly client: EdgeClient; readonly options: LoadOptions; readonly startAt: number },
): Promise<void> {
  const { request, timeoutMs } = by.options;
  const answer = await by.client.send({ ...request, origin: tally.target.origin, timeoutMs });
  if (!arrival.isMeasured) return;
  const ms = performance.now() - by.startAt;
  tally.add(answer, answer.kind === 'unanswered' ? Math.max(ms, timeoutMs) : ms);
}

class Tally {
  readonly target: LoadTarget;
  readonly #latency = new LatencyRecorder();
  #answered = 0;
  #errors = 0;
  #unanswered = 0;
  #unsent = 0;
  #elsewhere = 0;
  #firstProblem: string | null = null;

  constructor(target: LoadTarget) {
    this.target = target;
  }

  add(answer: EdgeAnswer, ms: number): void {
    switch (answer.kind) {
      case 'unsent':
        this.#unsent += 1;
        this.#firstProblem ??= answer.problem;
        return;
      case 'unanswered':
        this.#unanswered += 1;
        this.#firstProblem ??= answer.problem;
        break;
      case 'answered':
        this.#answered += 1;
        if (answer.deployment !== this.target.deployment) this.#elsewhere += 1;
        if (answer.status >= 500) {
          this.#errors += 1;
          this.#firstProblem ??= `status ${answer.status}`;
        }
        break;
    }
    this.#latency.record(ms);
  }

  figures(): LoadFigures {
    return {
      deployment: this.target.deployment,
      requests: this.#answered + this.#unanswered + this.#unsent,
      answered: this.#answered,
      errors: this.#errors,
      unanswered: this.#unanswered,
      unsent: this.#unsent,
      elsewhere: this.#elsewhere,
      latency: this.#latency.histogram(),
      maxMs: this.#latency.maxMs,
      firstProblem: this.#firstProblem,
    };
  }
}
