import { type Part, part } from './cell.ts';
import type { CellFacts } from './facts.ts';
import { type SeenPlace, seenIn } from './observation.ts';

/** A part that nobody can judge before the change is over. */
export function changingPart(name: string, place: SeenPlace, { environment }: CellFacts): Part {
  const reason =
    place.change === 'moved'
      ? `${environment.name} has changed since it was looked at`
      : `a change of ${environment.name} is going on`;
  return part(name, 'pending', reason, { ...seenIn(place), next: 'deployer status' });
}
