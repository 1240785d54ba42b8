import type { RunState } from '../../core/pipeline/run.ts';
import type { DemoCommit } from './demo-repository.ts';

/** A release of the demo, and what there is to see in it. */
export interface Act extends DemoCommit {
  readonly title: string;
  readonly why: string;
  readonly ending: RunState;
  /** Where its badness is found; null: it is good. */
  readonly failsIn: { readonly stage: string; readonly environment: string } | null;
}

export const acts: readonly Act[] = [
  {
    version: '1.0.0',
    message: 'Triage Desk',
    variant: null,
    title: '1  Version 1.0.0 goes from a commit to production',
    why:
      'It is built once. What is tested is, digest by digest, what runs later. Every line is a stage that could have ' +
      'stopped it; where a person decides, the run waits and says which command it waits for.',
    ending: 'succeeded',
    failsIn: null,
  },
  {
    version: '1.1.0',
    message: 'Better answers: a larger training set, a reply that names its source',
    variant: 'better-answers',
    title: '2  Version 1.1.0 takes over while users are at it',
    why:
      'Blue-green: it starts beside 1.0.0, is tried at an address of its own, and then one message moves all users. ' +
      'Requests end on the version where they began. 1.0.0 stays warm, to go back to.',
    ending: 'succeeded',
    failsIn: null,
  },
  {
    version: '1.2.0',
    message: "The agent knows today's date, in the customer's language",
    variant: 'errors-under-traffic',
    title: '3  Version 1.2.0 is bad in a way that no test sees',
    why:
      'It fails for `de_DE`, a language tag as phones send it; the tests only know `de-DE`. So it passes every gate, and ' +
      'real users meet it. Now it matters who looks, and how fast the way back is.',
    ending: 'failed',
    failsIn: { stage: 'watch', environment: 'production' },
  },
];
