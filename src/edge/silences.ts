import type { ProcessIdentity } from '../lib/process-identity.ts';

/** One unanswered question is no silence: whoever asks may have been the one that stood still. */
const fewestQuestions = 3;

interface Silence {
  readonly sinceMs: number;
  readonly untilMs: number;
  readonly questions: number;
}

/** Since when edges that run have served nobody. An edge that stays silent for long is as good as none. */
export class Silences {
  readonly #longestMs: number;
  readonly #silences = new Map<string, Silence>();

  constructor(longestMs: number) {
    this.#longestMs = longestMs;
  }

  noteAnswer(edge: ProcessIdentity): void {
    this.#silences.delete(keyOf(edge));
  }

  /** `askedAtMs` and `givenUpAtMs` are readings of one clock that only goes forward. */
  noteSilence(edge: ProcessIdentity, askedAtMs: number, givenUpAtMs: number): void {
    const { sinceMs = askedAtMs, questions = 0 } = this.#silences.get(keyOf(edge)) ?? {};
    this.#silences.set(keyOf(edge), { sinceMs, untilMs: givenUpAtMs, questions: questions + 1 });
  }

  isTooLong(edge: ProcessIdentity): boolean {
    const silence = this.#silences.get(keyOf(edge));
    if (silence === undefined) return false;
    return silence.questions >= fewestQuestions && silence.untilMs - silence.sinceMs >= this.#longestMs;
  }
}

function keyOf({ pid, startedAt }: ProcessIdentity): string {
  return `${pid} ${startedAt}`;
}
