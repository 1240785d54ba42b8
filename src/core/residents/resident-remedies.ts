import type { Observation } from '../places/target.ts';

/** What is decided about a resident, and what is seen of it. */
export interface ResidentFacts {
  readonly component: string;
  /** `<environment>-<component>` */
  readonly deployment: string;
  /** Whether something is decided to run: it has been ready once. */
  readonly isDecided: boolean;
  /** The run that began to change it, until that comes to its end; null: it is as decided. */
  readonly changedBy: string | null;
  /** The residents of whose addresses it is told. */
  readonly needs: readonly string[];
  readonly observation: Observation;
}

/**
 * Of those that something needs, the ones of which nothing runs. Nobody of this home listens at their ports then, so
 * whoever answers there is a stranger, such as the production store of the home that this one is a copy of: what needs
 * them is not started. One whose supervisor lives has its port, ready or not.
 */
export function downAmong(needs: readonly string[], residents: readonly ResidentFacts[]): readonly string[] {
  return residents
    .filter(({ component, observation }) => needs.includes(component) && observation.state === 'absent')
    .map(({ component }) => component);
}

/** What is not started for the sake of others that are down, and which those are. */
export interface HeldUp {
  readonly name: string;
  readonly by: readonly string[];
}

export type ResidentRemedy =
  /** Nothing of it runs, and it should. */
  | { readonly kind: 'restore-resident'; readonly component: string }
  /** It was ready once, and does not get so any more by itself. */
  | { readonly kind: 'restart-resident'; readonly component: string }
  /** Whoever changed it has ended without saying what is to be: what ran before comes back. */
  | { readonly kind: 'put-back-resident'; readonly component: string };

/**
 * Whether a change was begun whose run has the environment no more: it has ended, or a rollback has taken its place.
 */
export function isChangeLeft(changedBy: string | null, holder: string | null): boolean {
  return changedBy !== null && changedBy !== holder;
}

/**
 * What to do about the residents of an environment. One that a run changes is its business. Deployments need the
 * others, whatever goes on, so one that vanished comes back at once.
 */
export function residentRemedies({
  residents,
  holder,
}: {
  readonly residents: readonly ResidentFacts[];
  /** The run or rollback that changes the environment; null: none does. */
  readonly holder: string | null;
}): readonly ResidentRemedy[] {
  return residents.flatMap((resident, index): readonly ResidentRemedy[] => {
    const { component, isDecided, changedBy, needs, observation } = resident;
    if (isChangeLeft(changedBy, holder)) return [{ kind: 'put-back-resident', component }];
    if (changedBy !== null) return [];
    if (!isDecided) return [];
    // Those before it only: what needs each other in a circle would wait for ever.
    if (downAmong(needs, residents.slice(0, index)).length > 0) return [];
    if (observation.state === 'absent') return [{ kind: 'restore-resident', component }];
    if (observation.state !== 'failed' || holder !== null) return [];
    return [{ kind: 'restart-resident', component }];
  });
}
