import type { SeenPlace } from '../../core/checklist/observation.ts';
import type { EnvironmentRow } from '../../store/environments.ts';
import { chooseRollback, type RollbackChoice } from '../acts/rollback.ts';
import type { Places } from '../parts.ts';
import { lookAtPlace } from './observe-place.ts';

/** What one request sees: however many of its parts ask, a place answers once, and files are read through once. */
export interface PlaceObserver {
  /** What a rollback of an environment would go to, and whether that would work. */
  readonly rollback: (row: EnvironmentRow) => Promise<RollbackChoice>;
  /** Null: it was never looked at, or nothing was ever there. */
  readonly place: (row: EnvironmentRow) => Promise<SeenPlace | null>;
}

/** @param signal of who asks; left out: only each look has its time */
export function placeObserver(
  places: Places,
  signal: AbortSignal = new AbortController().signal,
): PlaceObserver {
  const rollback = once<RollbackChoice>(({ integration, name: environment }) =>
    chooseRollback(places, { integration, environment, to: null }, signal),
  );
  return { rollback, place: once((row) => lookAtPlace(places, row, { rollback, signal })) };
}

/** Anew after a switch: what was seen before one does not contradict what was decided by it. */
function once<T>(look: (row: EnvironmentRow) => Promise<T>): (row: EnvironmentRow) => Promise<T> {
  const known = new Map<string, Promise<T>>();
  return (row) => {
    const key = `${row.integration}/${row.name} ${row.generation}`;
    const found = known.get(key) ?? look(row);
    known.set(key, found);
    return found;
  };
}
