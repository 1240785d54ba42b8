/** An answer as it stands in `deployment/answers.yaml`. */
export interface GivenAnswer {
  /** As given, whatever it is: text, a number, a list, nothing. */
  readonly answer: unknown;
  /** Null: a hand edit that does not say. */
  readonly by: string | null;
  /** ISO 8601. */
  readonly at: string | null;
  /** `deployment/answers.yaml:12`; null: of a file that is not written yet. */
  readonly place: string | null;
}

/** By question id. Ids that no question has are among them. */
export type Answers = ReadonlyMap<string, GivenAnswer>;
