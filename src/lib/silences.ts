import type { ProcessIdentity } from './process-identity.ts';

/** One unanswered question is no silence: whoever asks may have been the one that stood still. */
const fewestQuestions = 3;

interface Silence {
  readonly sinceMs: number;
  readonly untilMs: number;
  readonly questions: number;
}

/** Since when processes that run have answered nobody. One that stays silent for long is as good as none. */
export class Silences {
  readonly #longestMs: number;
  readonly #silences = new Map<string, Silence>();

  constructor(longestMs: number) {
    this.#longestMs = longestMs;
  }

  noteAnswer(asked: ProcessIdentity): void {
    this.#silences.delete(keyOf(asked));
  }

  /** `askedAtMs` and `givenUpAtMs` are readings of one clock that only goes forward. */
  noteSilence(asked: ProcessIdentity, askedAtMs: number, givenUpAtMs: number): void {
    const { sinceMs = askedAtMs, questions = 0 } = this.#silences.get(keyOf(asked)) ?? {};
    this.#silences.set(keyOf(asked), { sinceMs, untilMs: givenUpAtMs, questions: questions + 1 });
  }

  isTooLong(asked: ProcessIdentity): boolean {
    const silence = this.#silences.get(keyOf(asked));
    if (silence === undefined) return false;
    return silence.questions >= fewestQuestions && silence.untilMs - silence.sinceMs >= this.#longestMs;
  }
}

function keyOf({ pid, startedAt }: ProcessIdentity): string {
  return `${pid} ${startedAt}`;
}
