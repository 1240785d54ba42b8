/** The server's own clones: what a run reads of a repository, always at a commit, never from somebody's folder. */
export interface Sources {
  /** Writes the files of a commit into the new folder `into`. */
  checkout(source: CommitRef, into: string, signal: AbortSignal): Promise<void>;
  /** Bytes of every file under `folder` that matches one of the globs (relative to it), by path relative to it. */
  filesAt(
    source: CommitRef,
    folder: string,
    globs: readonly string[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, Uint8Array>>;
  /** Version of a commit (contract: tag, tag and distance, or distance alone); `isTaken` makes it unique. */
  versionOf(
    source: CommitRef,
    isTaken: (version: string) => Promise<boolean>,
    signal: AbortSignal,
  ): Promise<string>;
}

export interface CommitRef {
  readonly integration: string;
  /** 40 hexadecimal digits (64 in a SHA-256 repository). */
  readonly commit: string;
}

/** What the server's clones know about commits. */
export interface CommitLog {
  facts(source: CommitRef, signal: AbortSignal): Promise<CommitPeople>;
  /** `deployer.yaml` of a folder at a commit; null when there is none. */
  spec(source: CommitRef, folder: string, signal: AbortSignal): Promise<string | null>;
  /** Whether a commit is there at all: a clone can be lost, or be another host's. */
  has(source: CommitRef, signal: AbortSignal): Promise<boolean>;
  /** A file of the repository at a commit; null when there is none. */
  file(source: CommitRef, path: string, signal: AbortSignal): Promise<Uint8Array | null>;
  /** When commits of an integration were committed, in milliseconds since the epoch; what is not there is left out. */
  times(
    integration: string,
    commits: readonly string[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, number>>;
  /** Whether `ancestor` is in the history of `commit`. */
  isAncestor(source: CommitRef, ancestor: string, signal: AbortSignal): Promise<boolean>;
  /** Those of `others` that are `commit` or in its history. What is not there any more cannot be in it. */
  ancestorsAmong(
    source: CommitRef,
    others: readonly string[],
    signal: AbortSignal,
  ): Promise<ReadonlySet<string>>;
  /** Whether a commit has no history in common with any of the others that are there. */
  isUnrelated(source: CommitRef, others: readonly string[], signal: AbortSignal): Promise<boolean>;
}

/** Which files a commit has, and when they changed. Paths are relative to the repository's root. */
export interface CommitFiles extends Pick<CommitLog, 'isAncestor'> {
  /** Read once, for any number of globs. */
  tree(source: CommitRef, signal: AbortSignal): Promise<CommitTree>;
  /** The newest commit up to this one that changed one of the files; null: there is none. */
  lastChange(source: CommitRef, paths: readonly string[], signal: AbortSignal): Promise<string | null>;
}

export interface CommitTree {
  readonly paths: readonly string[];
  /** Those that match one of the globs, which are relative to `folder`. */
  matching(folder: string, globs: readonly string[]): readonly string[];
}

export interface CommitPeople {
  readonly commit: string;
  readonly subject: string;
  /** Addresses of the author and the co-authors. */
  readonly authors: readonly string[];
}
