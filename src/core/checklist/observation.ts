import type { Observation, PlaceMemory } from '../places/target.ts';
import type { PlaceChange } from './place-change.ts';

/**
 * What is seen of an environment at one moment: evidence of the kind `observation`. Only what a place says itself is
 * in it, so that it can contradict what was decided.
 */
export interface PlaceObservation {
  readonly v: 1;
  /** Where users are, and who is about to get them; nothing else that still runs. */
  readonly deployments: readonly SeenDeployment[];
  /** Null: it does not run, or it was not seen. */
  readonly edge: { readonly generation: number; readonly readyWorkers: number | null } | null;
  /** Why the edge was not seen, in a sentence; null: it answered, or none runs. */
  readonly edgeUnseen: string | null;
  /** The table that should be in force has this one; 0 before the first deployment. */
  readonly decidedGeneration: number;
  /** Whether a change had the environment when the look began. */
  readonly isHeld: boolean;
  readonly residents: readonly SeenResident[];
  readonly disk: SeenDisk;
  /** Null: the place cannot tell; absent: it was not asked. */
  readonly memory?: PlaceMemory | null;
  /** Deployer's own database answered; when, by its clock, ISO 8601. */
  readonly databaseAt: string;
  /** What judges the figures of what is live; null: no rules are in force. */
  readonly monitoring: SeenMonitoring | null;
  /** Whether users could go back from where they are, or from where they are about to be. */
  readonly waysBack: readonly SeenWayBack[];
}

export interface SeenMonitoring {
  /** Digest of the section of the definition that the rules are of. */
  readonly section: string;
  /** Rules that judge. */
  readonly rules: number;
  /** When every figure was read that they need, ISO 8601; null: not yet. */
  readonly figuresAt: string | null;
}

export interface SeenWayBack {
  readonly deployment: string;
  readonly isReady: boolean;
  readonly reasons: readonly string[];
}

/** Figures this old say that nobody reads them. */
const figuresLastMs = 5 * 60_000;

export function areFresh(figuresAt: string | null, nowMs: number): boolean {
  return figuresAt !== null && nowMs - Date.parse(figuresAt) <= figuresLastMs;
}

/** `unseen`: nobody answered, which says nothing of what runs. */
export type SeenState = Observation['state'] | 'unseen';

export interface SeenDeployment {
  readonly deployment: string;
  readonly state: SeenState;
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
  readonly state: SeenState;
  /** Why it is not ready; null when it is. */
  readonly reason: string | null;
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
  readonly change: PlaceChange;
}

/** As a part of a cell cites it. */
export function seenIn({ at, evidence }: SeenPlace): {
  readonly at: string;
  readonly evidence: readonly string[];
} {
  return { at, evidence: evidence === null ? [] : [evidence] };
}

/** The same again is no news before this has passed. */
export const observedAnewMs: number = 60 * 60_000;

/** An older one says nothing about now: a schedule looks every hour. */
const observationLastsMs: number = 2 * observedAnewMs + 10 * 60_000;

/** What two observations are compared by: free space and times change with every look, and words may. */
export function observedContent(observation: PlaceObservation): Readonly<Record<string, unknown>> {
  const { disk, memory, deployments, residents, edgeUnseen, databaseAt, monitoring, waysBack, ...rest } =
    observation;
  return {
    ...rest,
    deployments: deployments.map(({ deployment, state, components }) => ({ deployment, state, components })),
    residents: residents.map(({ component, state }) => ({ component, state })),
    isEdgeSeen: edgeUnseen === null,
    monitoring: monitoring && {
      section: monitoring.section,
      rules: monitoring.rules,
      areFiguresRead: areFresh(monitoring.figuresAt, Date.parse(databaseAt)),
    },
    waysBack: waysBack.map(({ deployment, isReady }) => ({ deployment, isReady })),
    hasRoom: hasRoom(disk),
    ...(memory === undefined ? {} : { memory: memory?.totalBytes ?? null }),
  };
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

/** What was not seen of a place, each in a sentence without its full stop. Empty: all of it was. */
export function unseenIn({ deployments, edgeUnseen, residents }: PlaceObservation): readonly string[] {
  const named = [
    ...deployments.map(({ deployment, ...own }) => ({ name: deployment, ...own })),
    ...residents.map(({ component, ...own }) => ({ name: component, ...own })),
  ];
  return [
    ...(edgeUnseen === null ? [] : [unseenText('the edge', edgeUnseen)]),
    ...named.flatMap(({ name, state, reason }) => (state === 'unseen' ? [unseenText(name, reason)] : [])),
  ];
}

export function unseenText(name: string, reason: string | null): string {
  const why = (reason ?? 'nobody answered').replace(/\.$/, '');
  return `${name} could not be looked at: ${why.slice(0, 1).toLowerCase()}${why.slice(1)}`;
}
