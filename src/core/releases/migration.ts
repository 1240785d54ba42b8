import type { CommandEnd } from '../pipeline/command-end.ts';

/** What kinds of change to an environment's data there are, by whether the former release can live with them. */
export const migrationKinds = ['expand', 'contract', 'irreversible'] as const;
export type MigrationKind = (typeof migrationKinds)[number];

/** The migration that a release brings. Its digest identifies it: an environment takes each once. */
export interface ReleaseMigration {
  readonly kind: MigrationKind;
  readonly run: string;
  /** Digests of the files that it needs, by path relative to the integration's folder. */
  readonly files: Readonly<Record<string, string>>;
}

/** A migration as it was begun in an environment. */
export interface BegunMigration {
  readonly digest: string;
  readonly kind: MigrationKind;
  /** The run that brought it. */
  readonly run: string;
  /** False: it was begun, and what it has changed is not known. */
  readonly isDone: boolean;
}

/** A deployment, as a migration of its environment sees it. */
export interface MigrationKnower {
  readonly deployment: string;
  /** Digests of the one-way migrations, of those begun when it was made, that its release was written for. */
  readonly knows: readonly string[];
}

/** A one-way migration begun in an environment, with the commits of all releases that bring it. */
export interface BroughtMigration {
  readonly digest: string;
  readonly commits: readonly string[];
}

/**
 * What a release was written for: the migrations that it brings itself, or that are in its history. When it is deployed
 * says nothing: an old commit may come after a migration that it does not know.
 *
 * @param history its own commit and those before it
 */
export function knownMigrations(
  begun: readonly BroughtMigration[],
  history: ReadonlySet<string>,
): readonly string[] {
  return begun
    .filter(({ commits }) => commits.some((commit) => history.has(commit)))
    .map(({ digest }) => digest);
}

/** Whether the former release may not be able to work with what such a migration leaves. */
export function isOneWay(kind: MigrationKind): boolean {
  return kind !== 'expand';
}

/**
 * In a sentence, why users cannot go back to a deployment: a migration changed the data in a way that its release does
 * not know. One that has not come to its end counts when what is left knows it: otherwise neither is the worse for it.
 * Null: nothing of the kind.
 *
 * @param begun oldest first
 * @param from what has the users; null: nothing, so that all that was begun counts
 */
export function noWayBack(
  begun: readonly BegunMigration[],
  { from, to }: { readonly from: MigrationKnower | null; readonly to: MigrationKnower },
): string | null {
  const worst = begun.findLast(
    ({ digest, kind, isDone }) =>
      isOneWay(kind) &&
      !to.knows.includes(digest) &&
      (isDone || from === null || from.knows.includes(digest)),
  );
  if (worst === undefined) return null;
  const { kind, run, isDone } = worst;
  const what = isDone
    ? 'has run that its release does not know'
    : 'was begun, and nobody knows how far it came';
  return `there is no way back to ${to.deployment}: ${withArticle(kind)} migration ${what} (${run})`;
}

/** `an expand`, `a contract`. */
export function withArticle(kind: MigrationKind): string {
  return `${kind === 'contract' ? 'a' : 'an'} ${kind}`;
}

/** Where a migration runs, and for whom. */
export interface MigrationContext {
  readonly integration: string;
  readonly environment: string;
  readonly run: string;
  readonly release: string;
  readonly requester: string;
}

/** What is recorded about migrations, for the stage that runs them. */
export interface MigrationRecords {
  /**
   * Does `work` while nobody else migrates the environment, whatever became of who did: waits for the lock, and aborts
   * the signal given to `work` when the lock is lost.
   */
  locked<T>(at: MigrationContext, signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T>;
  /** The run in which the environment took the migration; null: it has not yet. */
  doneIn(at: MigrationContext, migration: ReleaseMigration): Promise<string | null>;
  /** From here on the data may have changed, whatever comes. One that was begun in this run goes on as the same. */
  begin(at: MigrationContext, migration: ReleaseMigration): Promise<string>;
  end(at: MigrationContext, begun: string, end: CommandEnd): Promise<void>;
}
