import type { Context } from './context.ts';
import type { Argument, Option, VerbDescription, WordKind } from './verb-description.ts';

/** A verb of the command line, and what it does. */
export interface Verb extends VerbDescription {
  /** Resolves with the exit code. */
  run(context: Context, values: Readonly<Record<string, unknown>>): Promise<number>;
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
