/** What is decided about a resident. */
export interface ResidentRecord {
  readonly environment: string;
  readonly component: string;
  /** Whether something is decided to run. */
  readonly isDecided: boolean;
  /** The run that changes it; null: none does. */
  readonly changedBy: string | null;
}

/**
 * Residents that nothing needs any more: no release that is kept has them, so neither what runs, nor what a rollback
 * returns to, nor what could still be shipped. Their data are not Deployer's to judge.
 */
export function endableResidents<T extends ResidentRecord>(
  residents: readonly T[],
  componentsKept: ReadonlySet<string>,
): readonly T[] {
  return residents.filter(
    ({ component, isDecided, changedBy }) =>
      isDecided && changedBy === null && !componentsKept.has(component),
  );
}
