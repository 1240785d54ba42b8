import { isWarm } from '../../core/rollback.ts';
import { stableOf } from '../../core/route-table.ts';
import type { Substitution } from '../../core/secrets.ts';
import { DeployerError } from '../../errors.ts';
import { reach } from '../../lib/named-point.ts';
import { databaseNowMs } from '../../store/clock.ts';
import { isConnectionLost } from '../../store/connection-lost.ts';
import type { Queries, Transaction } from '../../store/database.ts';
import { type DeploymentRow, findDeployment, runningDeployments } from '../../store/deployments.ts';
import { findEnvironment, lockEnvironment, setHolder } from '../../store/environments.ts';
import { releaseById } from '../../store/releases.ts';
import { useRelease } from '../../store/retention.ts';
import { openRuns, type RunRow } from '../../store/runs.ts';
import { requestCancel } from '../acts/cancel.ts';
import { durableStep, isEngineControl } from '../durable-step.ts';
import { isRollback } from '../messages.ts';
import { giveBack } from '../order/change-lock.ts';
import type { EngineParts } from '../parts.ts';
import { isCopyOf, recordCopy } from '../pipeline/new-deployment.ts';
import { substitutionsOf } from '../pipeline/supplied-secrets.ts';
import { bringUp, discardDeployment } from '../switching/deployment-life.ts';
import type { RollbackInput, RollbackOutcome } from '../workflow-inputs.ts';

const bringUpDeadlineMs = 15 * 60_000;
const discardDeadlineMs = 60_000;
/** What a cancelled run was doing ends within this time; its candidate is cleaned up afterwards. */
const stoppedWithinMs = 3000;

/**
 * `rollback@1`: takes the environment from whoever changes it, goes back to a deployment that is warm or is brought back
 * from its frozen inputs, and gives the environment back. When it cannot, what is live stays live.
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
  const { integration, environment: name, holder, by } = input;
  const asked = await findDeployment(parts.database.db, integration, input.to);
  const substituted = await substitutionsOf(parts.secrets, asked.preparation);
  const { begun, ending } = await parts.database.transaction(async (transaction) => {
    const { db } = transaction;
    const environment = await lockEnvironment(db, integration, name);
    const current = environment.holder;
    const isLate = current !== holder && (await databaseNowMs(db)) > (input.notAfterMs ?? Infinity);
    if (isLate) return { begun: { kind: 'late' } satisfies Begun, ending: [] };
    const isOthers = current !== null && isRollback(current) && current !== holder;
    if (isOthers) return { begun: { kind: 'busy', holder: current } satisfies Begun, ending: [] };
    if (stableOf(environment.routes) !== input.from)
      return { begun: { kind: 'stale' } satisfies Begun, ending: [] };
    // From here on nobody else switches.
    await setHolder(db, environment, holder);
    const to = await deploymentToReturnTo(transaction, input, substituted);
    return { begun: { kind: 'begun', to } satisfies Begun, ending: await runsToEnd(db, input, current) };
  });
  for (const run of ending) {
    await requestCancel(parts, { run, cause: 'rollback', reason: 'rollback', by }).catch(unlessEnded);
    await parts.work.untilStopped(run, stoppedWithinMs);
  }
  return begun;
}

/** The run that changes the environment, and one whose deployment is being left while somebody judges it. */
async function runsToEnd(
  db: Queries,
  { integration, environment, from }: RollbackInput,
  holder: string | null,
): Promise<readonly string[]> {
  const left = from === null ? null : await findDeployment(db, integration, from);
  const isJudged = ({ id, waiting }: RunRow): boolean =>
    left !== null && id === left.run && waiting?.environment === environment;
  return (await openRuns(db, integration))
    .filter((run) => run.id === holder || isJudged(run))
    .map(({ id }) => id);
}

/** A run that ends by itself meanwhile needs no cancel. */
function unlessEnded(error: unknown): void {
  if (!(error instanceof DeployerError) || error.code !== 'run_ended') throw error;
}

/**
 * The one that was asked for, when it runs and no secret of it was revoked; else a new one with its inputs, which after a
 * crash is there already.
 */
async function deploymentToReturnTo(
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
  return (known ?? (await recordCopy(transaction, asked, { replaces: from, substituted }))).id;
}

async function goBack(parts: EngineParts, input: RollbackInput, to: string): Promise<RollbackOutcome> {
  const { db } = parts.database;
  const { integration, environment, from, by, reason, holder } = input;
  const signal = AbortSignal.timeout(bringUpDeadlineMs);
  const row = await findDeployment(db, integration, to);
  try {
    if (!isWarm(row)) await bringUp(parts, row, signal);
    await reach('rollback: brought up');
    const { switchMs, workersMs } = await parts.switcher.switchTo(
      { integration, environment, from, to, cause: 'rollback', reason, by, holder, run: null },
      signal,
    );
    const acknowledgedAtMs = performance.timeOrigin + performance.now() - workersMs;
    return { kind: 'done', to, switchMs, workersMs, acknowledgedAtMs };
  } catch (error) {
    if (isConnectionLost(error)) throw error;
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

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
