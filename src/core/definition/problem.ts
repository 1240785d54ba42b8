/** One thing that is wrong with a `deployer.yaml`: what `deployer check --json` prints, word for word. */
export interface Problem {
  /** The file as it was named to the loader, e.g. `deployer.yaml`. */
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  /** Counted from 1, in UTF-16 units, as editors count. */
  readonly column: number;
  /** Dotted path of the field, e.g. `components.agent.needs[0]`; empty for the whole file. */
  readonly path: string;
  readonly message: string;
  /** What to write instead. */
  readonly hint: string;
  /** A warning does not stop a ship. */
  readonly severity: 'error' | 'warning';
}
