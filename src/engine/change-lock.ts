import { decisionDeadlineMs } from '../core/durations.ts';
import type { Waiting } from '../core/run.ts';
import type { Transaction } from '../store/database.ts';
import { decisionsOf } from '../store/decisions.ts';
import {
  addCapacityWaiter,
  capacityWaiters,
  type EnvironmentRow,
  lockEnvironment,
  removeCapacityWaiter,
  setHolder,
  takeEnvironment,
} from '../store/environments.ts';
import { appendRunEvents, announceRunEvents } from '../store/run-events.ts';
import { changeRun, findRun, lockRun, type RunRow } from '../store/runs.ts';
import { resetStages } from '../store/stages.ts';
import { approversOf, neededApprovals, nextCommand } from './gates.ts';
import { workflowOf } from './messages.ts';
import type { EngineParts } from './parts.ts';
import { bindingAt } from './subjects.ts';

/** One change per environment at a time, oldest first: the environment's row names the run that holds it. */
export type Entry =
  | { readonly kind: 'entered' }
  | { readonly kind: 'busy'; readonly remainingMs: number }
  | { readonly kind: 'expired' }
  | { readonly kind: 'cancelled'; readonly reason: string }
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

/** To undo, a run enters also when it is cancelled, and waits for as long as it takes. */
export async function enterChange(
  parts: EngineParts,
  change: ChangeRef,
  purpose: 'change' | 'undo' = 'change',
): Promise<Entry> {
  return await parts.database.transaction(async (transaction) => {
    const { db } = transaction;
    const run = await lockRun(db, change.run);
    if (run.cancel !== null && purpose === 'change') return { kind: 'cancelled', reason: run.cancel.reason };
    const environment = await lockEnvironment(db, run.integration, change.environment);
    const [first] = await capacityWaiters(db, environment);
    const isNext = first === undefined || first === run.id || environment.holder === run.id;
    if (!isNext || !(await takeEnvironment(db, environment, run.id))) {
      const busy = await waitForCapacity(transaction, run, environment);
      return purpose === 'undo' ? { kind: 'busy', remainingMs: undoLookMs } : busy;
    }
    await removeCapacityWaiter(db, run.id);
    await changeRun(db, run.id, { state: 'running', waiting: null });
    if (change.approval === null || (await isApproved(transaction, run, change.approval)))
      return { kind: 'entered' };
    await resetStages(db, run.id, [change.approval]);
    await giveBack(parts, transaction, environment);
    return { kind: 'approval-void' };
  });
}

async function waitForCapacity(
  { db, client }: Transaction,
  run: RunRow,
  environment: EnvironmentRow,
): Promise<Entry> {
  await addCapacityWaiter(db, environment, run.id);
  const known = run.waiting?.kind === 'capacity' ? run.waiting : null;
  const now = new Date();
  const waiting: Waiting = known ?? {
    kind: 'capacity',
    run: run.id,
    environment: environment.name,
    reason: `${environment.holder ?? 'an earlier run'} is changing ${environment.name}`,
    since: now.toISOString(),
    deadline: new Date(now.getTime() + decisionDeadlineMs).toISOString(),
    next: nextCommand('capacity', run),
  };
  if (known === null) {
    await changeRun(db, run.id, { state: 'waiting', waiting });
    await appendRunEvents(db, run.id, [{ type: 'waiting', run: run.id, at: waiting.since, waiting }]);
    await announceRunEvents(client, run.id);
  }
  const remainingMs = Date.parse(waiting.deadline) - now.getTime();
  return remainingMs > 0 ? { kind: 'busy', remainingMs } : { kind: 'expired' };
}

async function isApproved({ db }: Transaction, run: RunRow, index: number): Promise<boolean> {
  const stage = run.plan.stages[index];
  if (stage === undefined) return false;
  const { digest } = await bindingAt(db, run, stage);
  return approversOf(await decisionsOf(db, run.id, index), digest).length >= neededApprovals(run, stage);
}

/**
 * Gives the environment back when this run holds it, and wakes the run that has waited longest. So does a run that
 * leaves before its turn: it may be the one that was woken.
 */
export async function leaveChange(parts: EngineParts, change: Omit<ChangeRef, 'approval'>): Promise<void> {
  await parts.database.transaction(async (transaction) => {
    const { db } = transaction;
    const run = await findRun(db, change.run);
    await removeCapacityWaiter(db, run.id);
    const environment = await lockEnvironment(db, run.integration, change.environment);
    if (environment.holder === run.id) await giveBack(parts, transaction, environment);
    else if (environment.holder === null) await wakeNext(parts, transaction, environment);
  });
}

export async function giveBack(
  parts: Pick<EngineParts, 'messages'>,
  transaction: Transaction,
  environment: EnvironmentRow,
): Promise<void> {
  await setHolder(transaction.db, environment, null);
  await wakeNext(parts, transaction, environment);
}

async function wakeNext(
  parts: Pick<EngineParts, 'messages'>,
  { db, client }: Transaction,
  environment: EnvironmentRow,
): Promise<void> {
  const [next] = await capacityWaiters(db, environment);
  if (next === undefined) return;
  const waiting = await findRun(db, next);
  await parts.messages.wake(client, workflowOf(waiting.id, waiting.attempt));
}
