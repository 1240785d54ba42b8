import type { Observation } from '../target.ts';

/**
 * What is seen of an environment at one moment: evidence of the kind `observation`. Only what a place says itself is
 * in it, so that it can contradict what was decided.
 */
export interface PlaceObservation {
  readonly v: 1;
  /** Where users are, and who is about to get them; nothing else that still runs. */
  readonly deployments: readonly SeenDeployment[];
  /** Null: it does not run. */
  readonly edge: { readonly generation: number; readonly readyWorkers: number | null } | null;
  /** The table that should be in force has this one; 0 before the first deployment. */
  readonly decidedGeneration: number;
  readonly residents: readonly SeenResident[];
  readonly disk: SeenDisk;
}

export interface SeenDeployment {
  readonly deployment: string;
  readonly state: Observation['state'];
  /** Why it is not ready; null when it is. */
  readonly reason: string | null;
  readonly components: readonly SeenComponent[];
}

export interface SeenComponent {
  readonly name: string;
  /** Digest of what its replicas were started from; null: its supervisor does not tell. */
  readonly artifact: string | null;
  /** Digest of everything that it was started with; null: its supervisor does not tell. */
  readonly inputs: string | null;
  /** Replicas that there are, and of those the ready ones. */
  readonly replicas: number;
  readonly ready: number;
}

export interface SeenResident {
  readonly component: string;
  readonly state: Observation['state'];
}

export interface SeenDisk {
  readonly freeBytes: number | null;
  /** What has to stay free, so that what runs there goes on. */
  readonly neededBytes: number;
}

/** Free bytes that a deployment should find: fewer are a warning of `doctor`, and no room in the checklist. */
export const roomToDeployBytes = 1e9;

/** An observation, and since when it stands. */
export interface SeenPlace {
  readonly observation: PlaceObservation;
  /** ISO 8601. */
  readonly at: string;
  /** Null: it was only looked at. */
  readonly evidence: string | null;
}

/** The same again is no news before this has passed. */
export const observedAnewMs: number = 60 * 60_000;

/** An older one says nothing about now: a schedule looks every hour. */
const observationLastsMs: number = 2 * observedAnewMs + 10 * 60_000;

/** What two observations are compared by: free space changes all the time, as the words of a failing check may. */
export function observedContent(observation: PlaceObservation): Readonly<Record<string, unknown>> {
  const { disk, deployments, ...rest } = observation;
  const told = deployments.map(({ deployment, state, components }) => ({ deployment, state, components }));
  return { ...rest, deployments: told, hasRoom: hasRoom(disk) };
}

/** Null: nobody could tell. */
export function hasRoom({ freeBytes, neededBytes }: SeenDisk): boolean | null {
  return freeBytes === null ? null : freeBytes >= neededBytes;
}

/** Whether an observation is worth another row of evidence. `isSame`: its content is that of the last one. */
export function isNews(
  last: { readonly atMs: number; readonly isSame: boolean } | null,
  nowMs: number,
): boolean {
  return last === null || !last.isSame || nowMs - last.atMs >= observedAnewMs;
}

/** The newest observation, unless it is too old to say how it is now. */
export function standing(place: SeenPlace | null, nowMs: number): SeenPlace | null {
  return place !== null && nowMs - Date.parse(place.at) <= observationLastsMs ? place : null;
}
