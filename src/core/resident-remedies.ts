import type { Observation } from './target.ts';

/** What is decided about a resident, and what is seen of it. */
export interface ResidentFacts {
  readonly component: string;
  /** `<environment>-<component>` */
  readonly deployment: string;
  /** Whether something is decided to run: it has been ready once. */
  readonly isDecided: boolean;
  /** Whether a change of it was begun that has not come to its end. */
  readonly isBetween: boolean;
  readonly observation: Observation;
}

export type ResidentRemedy =
  /** Nothing of it runs, and it should. */
  | { readonly kind: 'restore-resident'; readonly component: string }
  /** It was ready once, and does not get so any more by itself. */
  | { readonly kind: 'restart-resident'; readonly component: string }
  /** Whoever changed it has ended without saying what is to be: what ran before comes back. */
  | { readonly kind: 'put-back-resident'; readonly component: string };

/**
 * What to do about the residents of an environment. One that a run changes is its business. Deployments need the others,
 * whatever goes on, so one that vanished comes back at once.
 */
export function residentRemedies({
  residents,
  isChanging,
}: {
  readonly residents: readonly ResidentFacts[];
  readonly isChanging: boolean;
}): readonly ResidentRemedy[] {
  return residents.flatMap(({ component, isDecided, isBetween, observation }): readonly ResidentRemedy[] => {
    if (isBetween) return isChanging ? [] : [{ kind: 'put-back-resident', component }];
    if (!isDecided) return [];
    if (observation.state === 'absent') return [{ kind: 'restore-resident', component }];
    if (observation.state !== 'failed' || isChanging) return [];
    return [{ kind: 'restart-resident', component }];
  });
}
