import type { SectionId, Statement } from './statement.ts';

/** What the answers to the questionnaire come to: the document is written from it. */
export interface Settled {
  /** Decided by an answer, or assumed until there is one. In the order of the questionnaire. */
  readonly statements: readonly Statement[];
  /** What would still change something, what would change most first. */
  readonly open: readonly OpenQuestion[];
  readonly conflicts: readonly AnswerConflict[];
}

export interface OpenQuestion {
  readonly id: string;
  readonly section: SectionId;
  /** In plain wording; sharper when the answer given lacked detail. */
  readonly ask: string;
  readonly why: string;
  /** Null: nobody has answered. */
  readonly given: LackingAnswer | null;
  /** What holds meanwhile, as a sentence. */
  readonly assumed: string;
  /** The command to type. */
  readonly next: string;
}

/** An answer as it was given, and why it settles nothing. */
export interface LackingAnswer {
  readonly answer: string;
  readonly lacks: string;
}

/** Two sources that cannot both be true. Neither wins by itself. */
export interface AnswerConflict {
  readonly question: string;
  /** Both sides, each a sentence that names its source. */
  readonly sides: readonly [string, string];
  readonly next: string;
}
