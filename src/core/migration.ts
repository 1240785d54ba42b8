import type { CommandEnd } from './command-end.ts';

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
  readonly kind: MigrationKind;
  /** The run that brought it. */
  readonly run: string;
  /** Number of the first deployment there that can have been made after it began. */
  readonly firstDeployment: number;
  /** False: it was begun, and what it has changed is not known. */
  readonly isDone: boolean;
}

/** Whether the former release may not be able to work with what such a migration leaves. */
export function isOneWay(kind: MigrationKind): boolean {
  return kind !== 'expand';
}

/**
 * In a sentence, why users cannot go from one deployment back to an earlier one: between the two, a migration changed
 * the data in a way that the earlier one does not know. Null: nothing of the kind lies between them.
 *
 * @param from what has the users; null: nothing, so that all that was begun counts
 */
export function noWayBack(
  begun: readonly BegunMigration[],
  { from, to }: { readonly from: string | null; readonly to: string },
): string | null {
  const last = from === null ? Infinity : numberOf(from);
  const crossed = begun.filter(
    ({ kind, firstDeployment }) =>
      isOneWay(kind) && numberOf(to) < firstDeployment && firstDeployment <= last,
  );
  const [worst] = crossed.toSorted((a, b) => b.firstDeployment - a.firstDeployment);
  if (worst === undefined) return null;
  const { kind, run, isDone } = worst;
  const what = isDone ? 'has run since' : 'was begun since, and nobody knows how far it came';
  return `there is no way back to ${to}: ${withArticle(kind)} migration ${what} (${run})`;
}

/** `an expand`, `a contract`. */
export function withArticle(kind: MigrationKind): string {
  return `${kind === 'contract' ? 'a' : 'an'} ${kind}`;
}

/** `production-7` is the seventh deployment of its environment. */
function numberOf(deployment: string): number {
  return Number(/\d+$/.exec(deployment)?.[0] ?? 0);
}

/** Where a migration runs, and for whom. */
export interface MigrationPlace {
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
  locked<T>(
    place: MigrationPlace,
    signal: AbortSignal,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T>;
  /** The run in which the environment took the migration; null: it has not yet. */
  doneIn(place: MigrationPlace, migration: ReleaseMigration): Promise<string | null>;
  /** From here on the data may have changed, whatever comes. One that was begun in this run goes on as the same. */
  begin(place: MigrationPlace, migration: ReleaseMigration): Promise<string>;
  end(place: MigrationPlace, begun: string, end: CommandEnd): Promise<void>;
}
