/** Under which heading a verb stands in `deployer --help`. */
type VerbGroup = 'Ship' | 'Look' | 'Decide' | 'Act' | 'Run';

/** A verb of the command line as `--help` and completion describe it. */
export interface VerbDescription {
  readonly name: string;
  readonly group: VerbGroup;
  /** One line, without a full stop. */
  readonly summary: string;
  /** Further lines of its `--help`. */
  readonly about?: string;
  readonly arguments: Readonly<Record<string, Argument<unknown>>>;
  readonly options: Readonly<Record<string, Option<unknown>>>;
  /** Lines to type, each with what it does. */
  readonly examples: readonly (readonly [command: string, meaning: string])[];
}

/** What a word on the command line stands for: completion offers names of that kind. */
export type WordKind = 'environment' | 'run' | 'release' | 'text' | readonly string[];

/** `T` is what `run` gets for it; it exists for the compiler only. */
export interface Argument<T> {
  readonly kind: WordKind;
  readonly about: string;
  readonly isRequired: boolean;
  readonly type?: T;
}

export interface Option<T> {
  /** As commander reads it: `--to <environment>`, `-f, --follow`. */
  readonly flags: string;
  readonly about: string;
  readonly kind: WordKind;
  readonly isRequired: boolean;
  readonly isRepeatable: boolean;
  readonly type?: T;
}
