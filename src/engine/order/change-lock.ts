import { dateOf } from '../../core/clock.ts';
import { decisionDeadlineMs } from '../../core/pipeline/durations.ts';
import { type Freeze, freezeDeadline } from '../../core/order/freeze.ts';
import { stableOf } from '../../core/switching/route-table.ts';
import type { Waiting } from '../../core/pipeline/run.ts';
import type { Queries, Transaction } from '../../store/database.ts';
import { decisionsOf } from '../../store/decisions.ts';
import { findDeployment } from '../../store/deployments.ts';
import {
  addCapacityWaiter,
  capacityWaiters,
  type EnvironmentRow,
  lockEnvironment,
  removeCapacityWaiter,
  setHolder,
  takeEnvironment,
} from '../../store/environments.ts';
import { appendRunEvents, announceRunEvents } from '../../store/run-events.ts';
import { changeRun, findRun, lockRun, openRuns, type RunRow } from '../../store/runs.ts';
import { resetStages } from '../../store/stages.ts';
import { workflowOf } from '../messages.ts';
import type { EngineParts } from '../parts.ts';
import { nextCommand } from '../pipeline/ask.ts';
import { approversOf, neededApprovals } from '../pipeline/gates.ts';
import { unusableSecret } from '../pipeline/pins.ts';
import { outdatedPlan } from '../pipeline/policy-in-force.ts';
import { bindingAt } from '../subjects.ts';
import { freezeNow } from './freezes.ts';

/** One change per environment at a time, oldest first: the environment's row names the run that holds it. */
export type Entry =
  | { readonly kind: 'entered' }
  | { readonly kind: 'busy'; readonly remainingMs: number }
  | { readonly kind: 'expired' }
  | { readonly kind: 'cancelled'; readonly reason: string }
  /** The policy in force asks for other gates than the run was planned with, or a secret cannot be used any more. */
  | { readonly kind: 'failed'; readonly reason: string }
  /** What was approved is not what would be replaced now: the approval is asked again. */
  | { readonly kind: 'approval-void' };

/** How often a run that waits to undo looks again if nobody wakes it. */
const undoLookMs = 60_000;

export interface ChangeRef {
  readonly run: string;
  readonly environment: string;
  /** Stage of the approval that this change needs; null when it needs none. */
  readonly approval: number | null;
}

/**
 * `open` begins a change, which a freeze keeps out; `resume` goes on with one that had to wait for a person; to `undo`,
 * a run enters also when it is cancelled, and waits for as long as it takes.
 */
export async function enterChange(
  parts: EngineParts,
  change: ChangeRef,
  purpose: 'open' | 'resume' | 'undo',
): Promise<Entry> {
  const entry = await takeTurn(parts, change, purpose);
  if (entry.kind !== 'entered' || purpose !== 'open') return entry;
  // What was looked at when somebody was asked may have been revoked while the run waited for its turn.
  const { db } = parts.database;
  const run = await findRun(db, change.run);
  const unusable = await unusableSecret({ db, secrets: parts.secrets }, run, change);
  if (unusable === null) return entry;
  await leaveChange(parts, change);
  return { kind: 'failed', reason: unusable };
}

async function takeTurn(
  parts: EngineParts,
  change: ChangeRef,
  purpose: 'open' | 'resume' | 'undo',
): Promise<Entry> {
  return await parts.database.transaction(async (transaction) => {
    const { db } = transaction;
    const run = await lockRun(db, change.run);
    if (run.cancel !== null && purpose !== 'undo') return { kind: 'cancelled', reason: run.cancel.reason };
    const environment = await lockEnvironment(db, run.integration, change.environment);
    const hasBegun = purpose !== 'open' || environment.holder === run.id;
    const freeze = hasBegun ? null : await freezeNow(parts, db, environment);
    if (freeze !== null) return await waitForThaw(parts, transaction, { run, environment, freeze });
    const [first] = await capacityWaiters(db, environment);
    // What has begun there goes before what waits to begin, which a freeze may keep waiting for long.
    const isNext = hasBegun || first === undefined || first === run.id;
    if (!isNext || !(await takeEnvironment(db, environment, run.id))) {
      const busy = await waitForCapacity(parts, transaction, run, environment);
      return purpose === 'undo' ? { kind: 'busy', remainingMs: undoLookMs } : busy;
    }
    await removeCapacityWaiter(db, run.id);
    await changeRun(db, run.id, { state: 'running', waiting: null });
    const isAhead = purpose !== 'undo' && !(await hasUsers(db, run, environment));
    const outdated = isAhead ? await outdatedPlan(db, run, environment.name) : null;
    if (outdated !== null) {
      await giveBack(parts, transaction, environment);
      return { kind: 'failed', reason: outdated };
    }
    if (change.approval === null || (await isApproved(parts, transaction, run, change.approval)))
      return { kind: 'entered' };
    await resetStages(db, run.id, [change.approval]);
    await giveBack(parts, transaction, environment);
    return { kind: 'approval-void' };
  });
}

/** Of a run that has the users already, the policy in force is its own. */
async function hasUsers(db: Queries, run: RunRow, { integration, routes }: EnvironmentRow): Promise<boolean> {
  const stable = stableOf(routes);
  return stable !== null && (await findDeployment(db, integration, stable)).run === run.id;
}

async function waitForCapacity(
  parts: EngineParts,
  transaction: Transaction,
  run: RunRow,
  environment: EnvironmentRow,
): Promise<Entry> {
  await addCapacityWaiter(transaction.db, environment, run.id);
  const known = run.waiting?.kind === 'capacity' ? run.waiting : null;
  const nowMs = parts.clock.now();
  const waiting: Waiting = known ?? {
    kind: 'capacity',
    run: run.id,
    environment: environment.name,
    reason: `${environment.holder ?? 'an earlier run'} is changing ${environment.name}`,
    since: new Date(nowMs).toISOString(),
    deadline: new Date(nowMs + decisionDeadlineMs).toISOString(),
    next: nextCommand('capacity', run),
  };
  await recordWaiting(parts, transaction, run, waiting);
  const remainingMs = Date.parse(waiting.deadline) - nowMs;
  return remainingMs > 0 ? { kind: 'busy', remainingMs } : { kind: 'expired' };
}

interface Frozen {
  readonly run: RunRow;
  readonly environment: EnvironmentRow;
  readonly freeze: Freeze;
}

/** It keeps its place among those who wait for the environment. */
async function waitForThaw(
  parts: EngineParts,
  transaction: Transaction,
  { run, environment, freeze }: Frozen,
): Promise<Entry> {
  await addCapacityWaiter(transaction.db, environment, run.id);
  const nowMs = parts.clock.now();
  const sinceMs = run.waiting?.kind === 'freeze' ? Date.parse(run.waiting.since) : nowMs;
  const deadlineMs = freezeDeadline(freeze, sinceMs, decisionDeadlineMs);
  await recordWaiting(parts, transaction, run, {
    kind: 'freeze',
    run: run.id,
    environment: environment.name,
    reason: `${environment.name} is frozen by ${freeze.identity}: ${freeze.reason}`,
    since: new Date(sinceMs).toISOString(),
    deadline: new Date(deadlineMs).toISOString(),
    next: `deployer unfreeze ${environment.name} --integration ${run.integration}`,
  });
  if (deadlineMs <= nowMs) return { kind: 'expired' };
  return { kind: 'busy', remainingMs: Math.min(freeze.untilMs ?? deadlineMs, deadlineMs) - nowMs };
}

/** Said again only when something of it is new. */
export async function recordWaiting(
  { clock }: Pick<EngineParts, 'clock'>,
  { db, client }: Transaction,
  run: RunRow,
  waiting: Waiting,
): Promise<void> {
  const { kind, reason, deadline } = run.waiting ?? {};
  if (waiting.kind === kind && waiting.reason === reason && waiting.deadline === deadline) return;
  const at = dateOf(clock).toISOString();
  await changeRun(db, run.id, { state: 'waiting', waiting });
  await appendRunEvents(db, run.id, [{ type: 'waiting', run: run.id, at, waiting }]);
  await announceRunEvents(client, run.id);
}

async function isApproved(
  { secrets }: EngineParts,
  { db }: Transaction,
  run: RunRow,
  index: number,
): Promise<boolean> {
  const stage = run.plan.stages[index];
  if (stage === undefined) return false;
  const { digest } = await bindingAt({ db, secrets }, run, stage);
  return (
    approversOf(await decisionsOf(db, run.id, index), digest).length >=
    (await neededApprovals(db, run, stage))
  );
}

/**
 * Gives the environment back when this run holds it, and wakes those that wait. So does a run that leaves before its
 * turn: others may have waited for it.
 */
export async function leaveChange(parts: EngineParts, change: Omit<ChangeRef, 'approval'>): Promise<void> {
  await parts.database.transaction(async (transaction) => {
    const { db } = transaction;
    const run = await findRun(db, change.run);
    await removeCapacityWaiter(db, run.id);
    const environment = await lockEnvironment(db, run.integration, change.environment);
    if (environment.holder === run.id) await giveBack(parts, transaction, environment);
    else if (environment.holder === null) await wakeWaiting(parts, transaction, environment);
  });
}

export async function giveBack(
  parts: Pick<EngineParts, 'messages'>,
  transaction: Transaction,
  environment: EnvironmentRow,
): Promise<void> {
  await setHolder(transaction.db, environment, null);
  await wakeWaiting(parts, transaction, environment);
  await wakeAsking(parts, transaction, environment);
}

/** What waits there for approval looks again: it may have to be asked anew, or cannot be judged any more. */
async function wakeAsking(
  parts: Pick<EngineParts, 'messages'>,
  { db, client }: Transaction,
  { integration, name }: EnvironmentRow,
): Promise<void> {
  for (const { id, attempt, waiting } of await openRuns(db, integration)) {
    if (waiting?.kind !== 'approval' || waiting.environment !== name) continue;
    await parts.messages.wake(client, workflowOf(id, attempt));
  }
}

/** All of them look whose turn it is: the first may be kept out by a freeze, which counts for none that has begun. */
async function wakeWaiting(
  parts: Pick<EngineParts, 'messages'>,
  { db, client }: Transaction,
  environment: EnvironmentRow,
): Promise<void> {
  for (const waiter of await capacityWaiters(db, environment)) {
    const { id, attempt } = await findRun(db, waiter);
    await parts.messages.wake(client, workflowOf(id, attempt));
  }
}
