import type { VerbDescription, WordKind } from '../verb-description.ts';

/** What may follow a verb, for both shells. */
export interface VerbWords {
  readonly verb: string;
  readonly options: readonly string[];
  /** Of its arguments. */
  readonly kinds: readonly WordKind[];
  /** What follows an option that takes a value. */
  readonly values: readonly { readonly option: string; readonly kind: WordKind }[];
}

const common = ['--integration', '--json', '--help'];

export function wordsOf({ name, arguments: given, options }: VerbDescription): VerbWords {
  const long = Object.values(options).map(({ flags, kind }) => ({ option: longName(flags), flags, kind }));
  return {
    verb: name,
    options: [...long.map(({ option }) => option), ...common],
    kinds: Object.values(given).map(({ kind }) => kind),
    values: long.filter(({ flags }) => flags.includes('<')),
  };
}

/** Words that stand in the script, and kinds for which the script asks `deployer`. */
export function split(kinds: readonly WordKind[]): {
  readonly fixed: readonly string[];
  readonly asked: readonly ('environment' | 'run')[];
} {
  return {
    fixed: kinds.flatMap((kind) => (typeof kind === 'string' ? [] : kind)),
    asked: kinds.filter((kind) => kind === 'environment' || kind === 'run'),
  };
}

function longName(flags: string): string {
  return /--[\w-]+/.exec(flags)?.[0] ?? flags;
}
