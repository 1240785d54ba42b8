import type { DeploymentState } from './deployment.ts';
import { type RouteTable, routedDeployments, stableOf } from './route-table.ts';
import type { Observation } from './target.ts';

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
    readonly backends: Readonly<Record<string, readonly string[]>>;
    /** Requests, streams and sockets that are open, by deployment. */
    readonly active: Readonly<Record<string, number>>;
  } | null;
  /** True while a run or a rollback changes the environment: hand-overs and retirements are its business then. */
  readonly isChanging: boolean;
  /** Deployments that a run still judges, or would return to: they do not retire. */
  readonly needed: ReadonlySet<string>;
  readonly deployments: readonly DeploymentFacts[];
  readonly nowMs: number;
}

export interface DeploymentFacts {
  readonly deployment: string;
  readonly state: DeploymentState;
  /** Since when it is in that state. */
  readonly stateAtMs: number;
  readonly warmUntilMs: number | null;
  readonly hasWorkers: boolean;
  readonly drainDeadlineMs: number;
  readonly observation: Observation;
}

export type Remedy =
  | { readonly kind: 'start-edge' }
  | { readonly kind: 'push-routes' }
  | { readonly kind: 'restore'; readonly deployment: string }
  | { readonly kind: 'start-workers'; readonly deployment: string }
  | { readonly kind: 'stop-workers'; readonly deployment: string }
  | { readonly kind: 'drain'; readonly deployment: string }
  | { readonly kind: 'retire'; readonly deployment: string };

/** What to do now, in this order. Empty when the environment is as it was decided. */
export function remedies(facts: EnvironmentFacts): readonly Remedy[] {
  const stable = stableOf(facts.table);
  return [
    ...(facts.edge === null ? [{ kind: 'start-edge' } as const] : []),
    ...facts.deployments.flatMap((deployment) => deploymentRemedies(facts, deployment, stable)),
    ...(isEdgeBehind(facts) ? [{ kind: 'push-routes' } as const] : []),
  ];
}

function deploymentRemedies(
  facts: EnvironmentFacts,
  { deployment, state, observation, ...rest }: DeploymentFacts,
  stable: string | null,
): readonly Remedy[] {
  if (state === 'draining') {
    const isDrained = (facts.edge?.active[deployment] ?? 0) === 0;
    const isOver = facts.nowMs - rest.stateAtMs >= rest.drainDeadlineMs;
    return isDrained || isOver ? [{ kind: 'retire', deployment }] : [];
  }
  if (state !== 'live' && state !== 'warm' && state !== 'ready') return [];
  if (observation.state === 'absent') return [{ kind: 'restore', deployment }];
  if (facts.isChanging) return [];
  if (state === 'warm' && (rest.warmUntilMs ?? Infinity) <= facts.nowMs && !facts.needed.has(deployment)) {
    return [{ kind: 'drain', deployment }];
  }
  if (!rest.hasWorkers) return [];
  const shouldWork = deployment === stable;
  if (shouldWork && observation.workersActive === false) return [{ kind: 'start-workers', deployment }];
  if (!shouldWork && observation.workersActive === true) return [{ kind: 'stop-workers', deployment }];
  return [];
}

function isEdgeBehind({ edge, table, deployments }: EnvironmentFacts): boolean {
  if (edge === null || edge.generation < table.generation) return true;
  const listed = new Set([...routedDeployments(table), ...Object.keys(table.previews)]);
  return deployments.some(({ deployment, observation }) => {
    const isListed = listed.has(deployment) && observation.state !== 'absent';
    return isListed && !isSameList(edge.backends[deployment] ?? [], observation.endpoints);
  });
}

function isSameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((address) => b.includes(address));
}
