/** What a rollback looks at of a run that has not ended. */
export interface OpenRun {
  readonly id: string;
  readonly waiting: { readonly environment: string | null } | null;
  readonly cancel: {
    readonly cause: 'cancel' | 'rollback' | 'superseded';
    /**
     * Where the rollback goes back that ended it; absent of other causes, and of runs cancelled by an earlier version.
     */
    readonly environment?: string;
  } | null;
}

export interface RollbackPlace {
  readonly environment: string;
  /** The run or rollback that changes it; null: none does. */
  readonly holder: string | null;
  /** The run that made what is being left; null: none did. */
  readonly madeBy: string | null;
}

/**
 * Whether a rollback of an environment ends a run: the one that changes it, one whose deployment is being left while
 * somebody judges it there, and those that it has ended already and which may not be stopped yet, when it is done again
 * after a crash. What a rollback elsewhere is ending is not waited for.
 */
export function isEndedByRollback(
  { id, waiting, cancel }: OpenRun,
  { environment, holder, madeBy }: RollbackPlace,
): boolean {
  if (id === holder) return true;
  if (cancel?.cause === 'rollback') return (cancel.environment ?? environment) === environment;
  return id === madeBy && waiting?.environment === environment;
}
