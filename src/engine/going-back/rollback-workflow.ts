import { isEndedByRollback } from '../../core/going-back/ended-by-rollback.ts';
import { answersUsers } from '../../core/switching/fit-to-switch.ts';
import { isWarm } from '../../core/going-back/rollback.ts';
import { stableOf } from '../../core/switching/route-table.ts';
import type { Substitution } from '../../core/secrets/secrets.ts';
import { DeployerError } from '../../errors.ts';
import { messageOf } from '../../lib/message-of.ts';
import { reach } from '../../lib/named-point.ts';
import { databaseNowMs } from '../../store/clock.ts';
import { isDatabaseAway } from '../../store/connection-lost.ts';
import type { Queries, Transaction } from '../../store/database.ts';
import { type DeploymentRow, findDeployment, runningDeployments } from '../../store/deployments.ts';
import { findEnvironment, lockEnvironment, setHolder } from '../../store/environments.ts';
import { releaseById } from '../../store/releases.ts';
import { useRelease } from '../../store/retention.ts';
import { lockRun, openRuns } from '../../store/runs.ts';
import { unlessEnded, writeCancel } from '../acts/cancel.ts';
import { durableStep, isEngineControl } from '../durable-step.ts';
import { isRollback } from '../messages.ts';
import { giveBack } from '../order/change-lock.ts';
import type { EngineParts } from '../parts.ts';
import { isCopyOf, recordCopy } from '../pipeline/new-deployment.ts';
import { substitutionsOf } from '../pipeline/supplied-secrets.ts';
import { bringUp, discardDeployment, targetOfDeployment } from '../switching/deployment-life.ts';
import type { RollbackInput, RollbackOutcome } from '../workflow-inputs.ts';

const bringUpDeadlineMs = 15 * 60_000;
const discardDeadlineMs = 60_000;
/** What a cancelled run was doing ends within this time; its candidate is cleaned up afterwards. */
const stoppedWithinMs = 3000;
const cancelReason = 'rollback';

/**
 * `rollback@1`: takes the environment from whoever changes it, goes back to a deployment that is warm or is brought
 * back from its frozen inputs, and gives the environment back. When it cannot, what is live stays live.
 */
export function rollbackWorkflow(parts: EngineParts): (input: RollbackInput) => Promise<RollbackOutcome> {
  return async (input) => {
    try {
      const begun = await durableStep(parts, 'begin', () => begin(parts, input));
      if (begun.kind !== 'begun') return begun;
      await reach('rollback: begun');
      const outcome = await durableStep(parts, 'go back', () => goBack(parts, input, begun.to));
      await reach('rollback: gone back');
      await durableStep(parts, 'leave the environment', () => release(parts, input));
      await reach('rollback: left');
      return outcome;
    } catch (error) {
      if (isEngineControl(error)) throw error;
      await durableStep(parts, 'give up', () => release(parts, input));
      const message = parts.secrets.known.redact(messageOf(error));
      const isKnown = error instanceof DeployerError;
      return { kind: 'failed', message: isKnown ? message : `a bug in Deployer: ${message}` };
    }
  };
}

type Begun =
  | { readonly kind: 'begun'; readonly to: string }
  | Extract<RollbackOutcome, { kind: 'stale' | 'busy' | 'late' }>;

async function begin(parts: EngineParts, input: RollbackInput): Promise<Begun> {
  const asked = await findDeployment(parts.database.db, input.integration, input.to);
  const substituted = await substitutionsOf(parts.secrets, asked.preparation);
  for (;;) {
    const taken = await parts.database.transaction((transaction) =>
      takeOver(parts, transaction, input, substituted),
    );
    if (taken === 'changed') continue;
    await reach('rollback: environment taken');
    for (const run of taken.ending) {
      parts.work.cancel(run, cancelReason);
      await parts.work.untilStopped(run, stoppedWithinMs);
    }
    return taken.begun;
  }
}

interface TakenOver {
  readonly begun: Begun;
  /** Whose end is written down. */
  readonly ending: readonly string[];
}

/**
 * Takes the environment and writes down, in the same transaction, which runs that ends: a rollback that is done again
 * after a crash holds the environment and would not know them any more. Runs are locked before their environment, as
 * everybody else does; `changed` when another one has got it meanwhile.
 */
async function takeOver(
  parts: EngineParts,
  transaction: Transaction,
  input: RollbackInput,
  substituted: readonly Substitution[],
): Promise<TakenOver | 'changed'> {
  const { db } = transaction;
  const { integration, environment: name, holder, by } = input;
  const { holder: former } = await findEnvironment(db, integration, name);
  const ending = await runsToEnd(db, input, former);
  for (const run of ending) await lockRun(db, run);
  const environment = await lockEnvironment(db, integration, name);
  const current = environment.holder;
  if (current !== former) return 'changed';
  const isLate = current !== holder && (await databaseNowMs(db)) > (input.notAfterMs ?? Infinity);
  if (isLate) return { begun: { kind: 'late' }, ending: [] };
  if (current !== null && isRollback(current) && current !== holder)
    return { begun: { kind: 'busy', holder: current }, ending: [] };
  if (stableOf(environment.routes) !== input.from) return { begun: { kind: 'stale' }, ending: [] };
  // From here on nobody else switches.
  await setHolder(db, environment, holder);
  for (const run of ending) {
    const request = { run, cause: 'rollback', environment: name, reason: cancelReason, by } as const;
    await writeCancel(parts, transaction, request).catch(unlessEnded);
  }
  return {
    begun: { kind: 'begun', to: await deploymentToReturnTo(parts, transaction, input, substituted) },
    ending,
  };
}

/** Newest first, as whoever locks several does. */
async function runsToEnd(
  db: Queries,
  { integration, environment, from }: RollbackInput,
  holder: string | null,
): Promise<readonly string[]> {
  const madeBy = from === null ? null : (await findDeployment(db, integration, from)).run;
  return (await openRuns(db, integration))
    .filter((run) => isEndedByRollback(run, { environment, holder, madeBy }))
    .map(({ id }) => id)
    .toReversed();
}

/**
 * The one that was asked for, when it runs and no secret of it was revoked; else a new one with its inputs, which after
 * a crash is there already.
 */
async function deploymentToReturnTo(
  parts: EngineParts,
  transaction: Transaction,
  { integration, environment, from, to }: RollbackInput,
  substituted: readonly Substitution[],
): Promise<string> {
  const { db } = transaction;
  const asked = await findDeployment(db, integration, to);
  if (isWarm(asked) && substituted.length === 0) return asked.id;
  const isItsCopy = (row: DeploymentRow): boolean =>
    row.replaces === from && isCopyOf(row, asked) && (row.state === 'preparing' || row.state === 'ready');
  const known = (await runningDeployments(db, integration, environment)).find(isItsCopy);
  if (known === undefined) await useRelease(db, await releaseById(db, asked.release));
  return (known ?? (await recordCopy(parts, transaction, asked, { replaces: from, substituted }))).id;
}

async function goBack(parts: EngineParts, input: RollbackInput, to: string): Promise<RollbackOutcome> {
  const { db } = parts.database;
  const { integration, environment, from, by, reason, holder } = input;
  const signal = AbortSignal.timeout(bringUpDeadlineMs);
  const row = await findDeployment(db, integration, to);
  try {
    if (!isWarm(row)) await bringUp(parts, row, signal);
    await reach('rollback: brought up');
    // Warm, or ready a moment ago: that need not be so any more.
    const target = await targetOfDeployment(parts, row);
    if (!answersUsers(await target.observe(row.preparation, signal)))
      await target.prepare(row.preparation, signal);
    const { switchMs, workersMs } = await parts.switcher.switchTo(
      { integration, environment, from, to, cause: 'rollback', reason, by, holder, run: null },
      signal,
    );
    const acknowledgedAtMs = performance.timeOrigin + performance.now() - workersMs;
    return { kind: 'done', to, switchMs, workersMs, acknowledgedAtMs };
  } catch (error) {
    if (isDatabaseAway(error)) throw error;
    const message = parts.secrets.known.redact(messageOf(error));
    const { routes } = await findEnvironment(db, integration, environment);
    if (stableOf(routes) === to) return { kind: 'unfinished', to, message };
    if (to !== input.to) {
      // What cannot be ended now, convergence ends.
      await discardDeployment(parts, row, message, AbortSignal.timeout(discardDeadlineMs)).catch(() => null);
    }
    return { kind: 'failed', message };
  }
}

async function release(
  parts: EngineParts,
  { integration, environment, holder }: RollbackInput,
): Promise<void> {
  await parts.database.transaction(async (transaction) => {
    const row = await lockEnvironment(transaction.db, integration, environment);
    if (row.holder === holder) await giveBack(parts, transaction, row);
  });
}
