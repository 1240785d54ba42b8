import type { DeploymentState } from '../switching/deployment.ts';
import { namedDeployments, routedDeployments, type RouteTable, stableOf } from '../switching/route-table.ts';
import { type Restored, type RestoredRemedy, restoredRemedies } from './restored.ts';
import {
  downAmong,
  type HeldUp,
  type ResidentFacts,
  type ResidentRemedy,
  residentRemedies,
} from '../residents/resident-remedies.ts';
import type { Observation } from '../places/target.ts';

/**
 * Convergence: an environment is brought back to what was decided about it, whatever happened to its processes. It
 * decides nothing new, so it may run at any time, beside a change or after a crash at any point of one.
 */
export interface EnvironmentFacts {
  /** The table that should be in force. */
  readonly table: RouteTable;
  /** What the edge has; null when it does not run. */
  readonly edge: {
    readonly generation: number;
    readonly table: RouteTable;
    readonly backends: Readonly<Record<string, readonly string[]>>;
    /** Requests, streams and sockets that are open, by deployment. */
    readonly active: Readonly<Record<string, number>>;
    /** It serves, but is of an older Deployer: it cannot start workers. */
    readonly isOutdated: boolean;
  } | null;
  /** The run or rollback that changes the environment: hand-overs and retirements are its business. Null: none does. */
  readonly holder: string | null;
  /** Deployments that a run still judges, or would return to: they do not retire. */
  readonly needed: ReadonlySet<string>;
  readonly deployments: readonly DeploymentFacts[];
  readonly residents: readonly ResidentFacts[];
  /** Since a backup was restored, until all is settled; else null. */
  readonly restored: Restored | null;
  /** Deployments that run here and that no record names; looked for only since a restore. */
  readonly unknown: readonly string[];
  readonly nowMs: number;
}

export interface DeploymentFacts {
  readonly deployment: string;
  readonly state: DeploymentState;
  /** Since when it is in that state. */
  readonly stateAtMs: number;
  readonly warmUntilMs: number | null;
  readonly hasWorkers: boolean;
  /** Whether one of its `when-live` workers runs, also while it is ending. */
  readonly hasRunningWorkers: boolean;
  readonly drainDeadlineMs: number;
  /** The residents of whose addresses it is told. */
  readonly needs: readonly string[];
  readonly observation: Observation;
}

export type Remedy =
  | { readonly kind: 'start-edge' }
  /** It ends and another one starts: for a moment nobody can connect. */
  | { readonly kind: 'replace-edge' }
  | { readonly kind: 'push-routes'; readonly because: 'older-table' | 'other-addresses' }
  | { readonly kind: 'restore'; readonly deployment: string }
  /** Everything of it ends and starts again: it was ready once, and does not get so any more by itself. */
  | { readonly kind: 'restart'; readonly deployment: string }
  | { readonly kind: 'start-workers'; readonly deployment: string }
  | { readonly kind: 'stop-workers'; readonly deployment: string }
  | { readonly kind: 'drain'; readonly deployment: string }
  | { readonly kind: 'retire'; readonly deployment: string }
  | { readonly kind: 'discard'; readonly deployment: string }
  | ResidentRemedy
  | RestoredRemedy;

/**
 * What to do now, the most urgent first: users before what is kept for them, and what is stable before the rest. Each
 * is only right for these facts, so whoever has carried one out looks again before the next. Empty when the environment
 * is as it was decided.
 */
export function remedies(facts: EnvironmentFacts): readonly Remedy[] {
  const { edge, table, deployments } = facts;
  const stable = stableOf(table);
  const isStable = ({ deployment }: DeploymentFacts): boolean => deployment === stable;
  const inOrder = [...deployments.filter(isStable), ...deployments.filter((each) => !isStable(each))];
  const isOlder = edge !== null && edge.generation < table.generation;
  // One that is ahead refuses the table: nothing is to be told.
  const isSame = edge !== null && edge.generation === table.generation;
  const isElsewhere = isSame && hasOtherAddresses(edge.backends, facts);
  return [
    // Before the first deployment there is nothing to route.
    ...(edge === null && table.generation > 0 ? [{ kind: 'start-edge' } as const] : []),
    ...(mayBeReplaced(facts) ? [{ kind: 'replace-edge' } as const] : []),
    ...(isOlder ? [{ kind: 'push-routes', because: 'older-table' } as const] : []),
    ...(isElsewhere ? [{ kind: 'push-routes', because: 'other-addresses' } as const] : []),
    ...residentRemedies(facts),
    ...inOrder.flatMap((deployment) => deploymentRemedies(facts, deployment, stable)),
    ...(facts.holder === null ? restoredRemedies({ ...facts, isStableReady: isReady(facts, stable) }) : []),
  ];
}

/**
 * Nobody is cut off for it, and no watch loses its counts: until then an edge that can start no workers has some left.
 */
function mayBeReplaced({ edge, holder }: EnvironmentFacts): boolean {
  if (edge === null || !edge.isOutdated || holder !== null) return false;
  return Object.values(edge.active).every((active) => active === 0);
}

/**
 * Whether an edge that is ahead of what is decided, which only a restored backup is behind, sends users to a
 * deployment: it may have been a candidate or a former one when the backup was made, and is left as it is.
 */
function isServedByNewer({ edge, table }: EnvironmentFacts, deployment: string): boolean {
  return edge !== null && edge.generation > table.generation && routedDeployments(edge.table).has(deployment);
}

function isReady({ deployments }: EnvironmentFacts, stable: string | null): boolean {
  return deployments.some(
    ({ deployment, observation }) => deployment === stable && observation.state === 'ready',
  );
}

function deploymentRemedies(
  facts: EnvironmentFacts,
  { deployment, state, observation, ...rest }: DeploymentFacts,
  stable: string | null,
): readonly Remedy[] {
  if (state !== 'live' && isServedByNewer(facts, deployment)) return [];
  if (state === 'draining') {
    // An edge with an older table may still send somebody there.
    const isTold = facts.edge === null || facts.edge.generation >= facts.table.generation;
    const isDrained = isTold && (facts.edge?.active[deployment] ?? 0) === 0;
    const isOver = facts.nowMs - rest.stateAtMs >= rest.drainDeadlineMs;
    return isDrained || isOver ? [{ kind: 'retire', deployment }] : [];
  }
  // Its run has ended without undoing it: nobody will come for it.
  const isCandidate = state === 'preparing' || state === 'ready';
  const isAbandoned = isCandidate && facts.holder === null && !facts.needed.has(deployment);
  if (isAbandoned) return [{ kind: 'discard', deployment }];
  if (state !== 'live' && state !== 'warm' && state !== 'ready') return [];
  const isExpired = state === 'warm' && (rest.warmUntilMs ?? Infinity) <= facts.nowMs;
  if (isExpired && facts.holder === null && !facts.needed.has(deployment))
    return [{ kind: 'drain', deployment }];
  // Of a candidate, the run that prepares it says what becomes of it.
  if (facts.holder !== null && state === 'ready') return [];
  const isHeldUp = downAmong(rest.needs, facts.residents).length > 0;
  if (observation.state === 'absent') return isHeldUp ? [] : [{ kind: 'restore', deployment }];
  if (facts.holder !== null || (isHeldUp && observation.state === 'failed')) return [];
  if (observation.state === 'failed' && state !== 'ready') return [{ kind: 'restart', deployment }];
  if (!rest.hasWorkers) return [];
  const { workersActive } = observation;
  if (deployment !== stable) return workersActive === true ? [{ kind: 'stop-workers', deployment }] : [];
  const isAlone = facts.deployments.every(
    (other) => other.deployment === deployment || !other.hasRunningWorkers,
  );
  // One that nobody knows may have workers too: it ends first.
  const isSole = isAlone && facts.unknown.length === 0;
  return workersActive === false && isSole && !isHeldUp ? [{ kind: 'start-workers', deployment }] : [];
}

/** What should run, and is not started because residents that it needs are down. */
export function heldUp({ residents, deployments }: EnvironmentFacts): readonly HeldUp[] {
  const waiting = [
    ...residents
      .filter(({ isDecided, changedBy }) => isDecided && changedBy === null)
      .map(({ component: name, ...resident }) => ({ name, ...resident })),
    ...deployments
      .filter(({ state }) => state === 'live' || state === 'warm')
      .map(({ deployment: name, ...rest }) => ({ name, ...rest })),
  ];
  return waiting.flatMap(({ name, needs, observation: { state } }) => {
    const by = downAmong(needs, residents);
    return by.length > 0 && (state === 'absent' || state === 'failed') ? [{ name, by }] : [];
  });
}

function hasOtherAddresses(
  backends: Readonly<Record<string, readonly string[]>>,
  { table, deployments }: EnvironmentFacts,
): boolean {
  const listed = namedDeployments(table);
  return deployments.some(({ deployment, observation }) => {
    const isListed = listed.has(deployment) && observation.state !== 'absent';
    return isListed && !isSameList(backends[deployment] ?? [], observation.endpoints);
  });
}

function isSameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((address) => b.includes(address));
}

/** How long after a restart the next one may come: it doubles from 5 s up to 5 min. `earlier`: restarts before it. */
export function restartPauseMs(earlier: number): number {
  return Math.min(300_000, 5000 * 2 ** Math.min(earlier, 10));
}
