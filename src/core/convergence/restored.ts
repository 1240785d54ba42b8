import { needsWorkspace } from '../pipeline/change.ts';
import { drainDeadlineMs } from '../pipeline/durations.ts';
import type { Stage } from '../pipeline/plan.ts';
import { namedDeployments, type RouteTable, stableOf } from '../switching/route-table.ts';
import type { RunState } from '../pipeline/run.ts';

/** What is to be settled in an environment since a backup of its server was restored. */
export interface Restored {
  /** When the backup was made, ISO 8601. */
  readonly backupAt: string;
  /** When it was restored, ISO 8601. */
  readonly at: string;
  readonly by: string;
}

/** What is seen of an environment whose decisions are those of a backup. */
export interface RestoredFacts {
  /** Null: no backup was restored, or all is settled since. */
  readonly restored: Restored | null;
  /** What the backup says should be in force. */
  readonly table: RouteTable;
  /** What the edge routes by; null when it does not run. */
  readonly edge: { readonly table: RouteTable; readonly active: Readonly<Record<string, number>> } | null;
  /** Deployments that run here, and that the backup does not know. */
  readonly unknown: readonly string[];
  readonly isStableReady: boolean;
  readonly nowMs: number;
}

export type RestoredRemedy =
  /**
   * The decided table gets this generation, so that the edge takes it, or goes on with its own until the next switch.
   */
  | { readonly kind: 'overtake'; readonly generation: number }
  | { readonly kind: 'retire-unknown'; readonly deployment: string }
  | { readonly kind: 'settle' };

/**
 * What brings an environment from what went on after the backup to what the backup says. Users come first: an edge that
 * is ahead keeps its table until what is to be stable is ready. With nothing to be stable it keeps it for good; only
 * the generation is caught up with, so that the next switch counts. What the backup does not know ends when nobody is
 * routed to it any more.
 */
export function restoredRemedies(facts: RestoredFacts): readonly RestoredRemedy[] {
  const { restored, table, edge, unknown, isStableReady } = facts;
  if (restored === null || edge === null) return [];
  const hasStable = stableOf(table) !== null;
  const ahead = edge.table.generation;
  if (ahead > table.generation) {
    if (!hasStable) return [{ kind: 'overtake', generation: ahead }];
    return isStableReady ? [{ kind: 'overtake', generation: ahead + 1 }] : [];
  }
  if (ahead < table.generation) return [];
  const named = namedDeployments(edge.table);
  const isOver = facts.nowMs - Date.parse(restored.at) > drainDeadlineMs;
  const leaving = unknown.filter((id) => !named.has(id) && ((edge.active[id] ?? 0) === 0 || isOver));
  if (leaving.length > 0) return leaving.map((deployment) => ({ kind: 'retire-unknown', deployment }));
  return unknown.length === 0 && (!hasStable || isStableReady) ? [{ kind: 'settle' }] : [];
}

/** What people are told of an environment that is not settled since. */
export function restoredSentences({ restored, table, edge, unknown }: RestoredFacts): readonly string[] {
  if (restored === null) return [];
  const users = edge === null ? null : stableOf(edge.table);
  const stable = stableOf(table);
  const since = `a backup of ${restored.backupAt} was restored`;
  const ahead =
    edge !== null && edge.table.generation > table.generation
      ? [
          `${since}; the edge routes by a newer generation (${edge.table.generation}, ${users ?? 'nothing'} live) until ${stable ?? 'a new deployment'} is ready`,
        ]
      : [];
  const running = unknown.map((id) =>
    id === users
      ? `${id} serves users, and the backup that was restored does not know it: the next switch replaces it`
      : `${id} runs, and the backup that was restored does not know it: it ends when users have left it`,
  );
  return [...ahead, ...running];
}

/** A run as a backup has it. */
export interface CaughtRun {
  readonly id: string;
  readonly state: RunState;
  /** Of its stages those that are still to come. */
  readonly ahead: readonly Stage[];
}

/** Why a run that the backup caught cannot go on; null: it can, as it has not begun, or waits and needs no checkout. */
export function whyNotResumed({ id, state, ahead }: CaughtRun, backupAt: string): string | null {
  if (state === 'running')
    return `the backup of ${backupAt} was made in the middle of it, and its workspace is gone; ship again`;
  if (state !== 'waiting' || !ahead.some(needsWorkspace)) return null;
  return `its workspace is in no backup; a retry makes it again: deployer retry ${id}`;
}

/** The number of the next deployment: above all that the backup or the place has, so that no name is given twice. */
export function nextDeploymentNumber(recorded: number, environment: string, seen: readonly string[]): number {
  const numbers = seen.flatMap((id) => deploymentNumber(environment, id) ?? []);
  return Math.max(recorded, ...numbers.map((number) => number + 1));
}

/**
 * Of what has a folder in an environment, the deployments that the backup does not know. A resident is none, also one
 * that the backup does not know either: what has the users may need it, and a restore changes none.
 */
export function unknownDeployments(
  environment: string,
  folders: readonly string[],
  known: ReadonlySet<string>,
): readonly string[] {
  return folders.filter((id) => !known.has(id) && deploymentNumber(environment, id) !== null);
}

/** Null: it is a resident, which has the name of its component in that place, and no such name is a number. */
function deploymentNumber(environment: string, id: string): number | null {
  const number = id.startsWith(`${environment}-`) ? Number(id.slice(environment.length + 1)) : Number.NaN;
  return Number.isSafeInteger(number) ? number : null;
}
