/** Where answers are kept, relative to the folder of `deployer.yaml`. */
export const answersFile = 'deployment/answers.yaml';

/** Where questions of one's own are kept. */
export const questionsFile = 'deployment/questions.yaml';

/** An answer as it stands in `deployment/answers.yaml`. */
export interface GivenAnswer {
  /** As given, whatever it is: text, a number, a list, nothing. */
  readonly answer: unknown;
  /** Null: a hand edit that does not say. */
  readonly by: string | null;
  /** ISO 8601. */
  readonly at: string | null;
}

/** By question id. Ids that no question has are among them. */
export type Answers = ReadonlyMap<string, GivenAnswer>;
