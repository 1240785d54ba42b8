import { git, type Repository } from './git.ts';

interface GitPerson {
  readonly name: string;
  readonly email: string;
}

export interface CommitFacts {
  /** Full id. */
  readonly commit: string;
  readonly parents: readonly string[];
  readonly author: GitPerson;
  readonly committer: GitPerson;
  /** Who the `Co-authored-by` trailers name, in their order. */
  readonly coAuthors: readonly GitPerson[];
  readonly subject: string;
  /** When it was written and when committed, ISO 8601 in UTC. */
  readonly authoredAt: string;
  readonly committedAt: string;
}

/** git-log(1) formats: parents, author, committer, subject, and the trailers' values, apart by zero bytes. */
const fields = ['%P', '%an', '%ae', '%at', '%cn', '%ce', '%ct', '%s'].join('%x00');
const format = `${fields}%x00%(trailers:key=Co-authored-by,valueonly,unfold,separator=%x00)`;

/** Who wrote a commit and when. Throws `git_failed` when `commit` (a full id) is unknown: resolve it first. */
export async function commitFacts(
  repository: Repository,
  commit: string,
  signal: AbortSignal,
): Promise<CommitFacts> {
  const args = [
    'log',
    '--max-count=1',
    '--no-color',
    '--no-notes',
    '--no-show-signature',
    '--encoding=UTF-8',
  ];
  const output = await git(repository, [...args, `--format=tformat:${format}`, commit, '--'], { signal });
  const values = output.toString('utf8').replace(/\n$/, '').split('\0');
  const [parents = '', authorName = '', authorEmail = '', authored, ...rest] = values;
  const [committerName = '', committerEmail = '', committed, subject = '', ...coAuthors] = rest;
  return {
    commit,
    parents: parents === '' ? [] : parents.split(' '),
    author: { name: authorName, email: authorEmail },
    committer: { name: committerName, email: committerEmail },
    coAuthors: coAuthors.filter((value) => value !== '').map(personOf),
    subject,
    authoredAt: timeOf(authored),
    committedAt: timeOf(committed),
  };
}

/** `Name <address>`; a value without an address is a name only. */
function personOf(value: string): GitPerson {
  const match = /^(.*?)\s*<([^<>]*)>\s*$/.exec(value);
  return { name: match?.[1] ?? value.trim(), email: match?.[2]?.trim() ?? '' };
}

function timeOf(seconds: string | undefined): string {
  return new Date(Number(seconds) * 1000).toISOString();
}
