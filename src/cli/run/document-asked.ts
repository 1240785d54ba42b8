import { DeployerError } from '../../errors.ts';

/** Options of `deployer document` that ask for something else than the others. */
export interface DocumentOptions {
  readonly all: boolean;
  readonly give: boolean;
  readonly history: boolean;
  readonly diff: string | null;
  readonly revision: string | null;
  /** Only with `history`. */
  readonly after: string | null;
  /** Not where what is asked for is made for a terminal. */
  readonly output: string | null;
}

export type DocumentAsked = 'all' | 'give' | 'history' | 'diff' | 'document';

/** What is asked for. Refuses two things at once, of which one would be left out, and what would be without effect. */
export function documentAsked(options: DocumentOptions): DocumentAsked {
  const { all, give, history, diff, revision, after, output } = options;
  const chosen = [
    ...(give ? (['give'] as const) : []),
    ...(all ? (['all'] as const) : []),
    ...(history ? (['history'] as const) : []),
    ...(diff === null ? [] : (['diff'] as const)),
    ...(revision === null ? [] : (['revision'] as const)),
  ];
  const [first, second] = chosen;
  if (first !== undefined && second !== undefined) {
    throw notTogether(second, `--${first} and --${second} ask for two things.`);
  }
  const asked = first === undefined || first === 'revision' ? 'document' : first;
  if (after !== null && asked !== 'history') {
    throw notTogether('after', '--after goes on with a page of --history.');
  }
  if (output !== null && asked !== 'document' && asked !== 'all') {
    throw notTogether('output', `--output writes a document or an index into a file, not --${asked}.`);
  }
  return asked;
}

function notTogether(path: string, message: string): DeployerError {
  return new DeployerError('usage', {
    message,
    hint: 'Leave one of them out: deployer document --help',
    path,
  });
}
