import type { Waiting } from '../pipeline/run.ts';

/** A run, as far as another one of its integration may take its place. */
export interface Competitor {
  readonly id: string;
  /** Grows with every run of the integration. */
  readonly number: number;
  /** Branch that it was shipped from; null: unknown, and then it competes with nobody. */
  readonly branch: string | null;
  readonly waiting: Pick<Waiting, 'kind' | 'environment'> | null;
}

/**
 * The runs that end because a newer one of the same branch has come to the same gate of people: whoever is asked there
 * decides about the newest. Any other run goes on.
 *
 * @param gate the question that the newer run asks
 */
export function supersededBy(
  newer: Pick<Competitor, 'number' | 'branch'>,
  gate: Pick<Waiting, 'kind' | 'environment'>,
  others: readonly Competitor[],
): readonly string[] {
  if (newer.branch === null || (gate.kind !== 'approval' && gate.kind !== 'uat')) return [];
  return others
    .filter(
      ({ number, branch, waiting }) =>
        number < newer.number &&
        branch === newer.branch &&
        waiting?.kind === gate.kind &&
        waiting.environment === gate.environment,
    )
    .map(({ id }) => id);
}
