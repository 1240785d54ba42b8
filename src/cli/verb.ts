import type { Context } from './context.ts';

/** Under which heading a verb stands in `deployer --help`. */
type VerbGroup = 'Ship' | 'Look' | 'Decide' | 'Act' | 'Run';

/** A verb of the command line: what `--help` and completion say about it, and what it does. */
export interface Verb {
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
  /** Resolves with the exit code. */
  run(context: Context, values: Readonly<Record<string, unknown>>): Promise<number>;
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

export function required(kind: WordKind, about: string): Argument<string> {
  return { kind, about, isRequired: true };
}

export function optional(kind: WordKind, about: string): Argument<string | null> {
  return { kind, about, isRequired: false };
}

export function flag(flags: string, about: string): Option<boolean> {
  return { flags, about, kind: 'text', isRequired: false, isRepeatable: false };
}

export function text(flags: string, about: string, kind: WordKind = 'text'): Option<string | null> {
  return { flags, about, kind, isRequired: false, isRepeatable: false };
}

export function requiredText(flags: string, about: string): Option<string> {
  return { flags, about, kind: 'text', isRequired: true, isRepeatable: false };
}

export function repeated(flags: string, about: string): Option<readonly string[]> {
  return { flags, about, kind: 'text', isRequired: false, isRepeatable: true };
}

type Typed = Readonly<Record<string, { readonly type?: unknown }>>;
type Values<T extends Typed> = { readonly [Key in keyof T]: Exclude<T[Key]['type'], undefined> };

interface VerbDefinition<A extends Typed, O extends Typed> extends Omit<Verb, 'run'> {
  readonly arguments: A & Verb['arguments'];
  readonly options: O & Verb['options'];
  run(context: Context, values: Values<A> & Values<O>): Promise<number>;
}

/** Ties what `run` gets to the arguments and options that are declared, so that each is named once. */
export function defineVerb<A extends Typed, O extends Typed>(definition: VerbDefinition<A, O>): Verb {
  return {
    ...definition,
    run: (context, values) => definition.run(context, values as Values<A> & Values<O>),
  };
}
