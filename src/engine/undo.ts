import { occupiesPlace } from '../core/deployment.ts';
import { stableOf } from '../core/route-table.ts';
import type { SwitchCause } from '../core/switcher.ts';
import { deployerItself, writeAudit } from '../store/audit.ts';
import {
  candidateOf,
  changeState,
  type DeploymentRow,
  findDeployment,
  runningDeployments,
} from '../store/deployments.ts';
import { findEnvironment } from '../store/environments.ts';
import { insertHold } from '../store/holds.ts';
import { releaseById } from '../store/releases.ts';
import { findRun, type RunRow } from '../store/runs.ts';
import { findStage } from '../store/stages.ts';
import { bringUp, discardDeployment, recordCopy } from './candidates.ts';
import type { EngineParts } from './parts.ts';

export interface Undoing {
  readonly run: string;
  readonly index: number;
  readonly ending: 'failed' | 'cancelled' | 'expired';
}

const undoDeadlineMs = 10 * 60_000;

/**
 * Puts the environment back to what it was before a run that ended badly: users go back to the former deployment if
 * the run's own is still stable, and a candidate that never took traffic ends. A release that a watch or a UAT found
 * bad is put on hold there. Nothing is undone that somebody else has changed since.
 */
export async function undo(parts: EngineParts, { run: runId, index, ending }: Undoing): Promise<void> {
  const { db } = parts.database;
  const signal = AbortSignal.timeout(undoDeadlineMs);
  const run = await findRun(db, runId);
  const stage = run.plan.stages[index];
  const environment = stage?.environment ?? null;
  if (stage === undefined || environment === null) return;
  const candidate = await candidateOf(db, runId, environment);
  if (candidate === null || !occupiesPlace(candidate.state)) return;
  const { routes } = await findEnvironment(db, run.integration, environment);
  const cause: SwitchCause = stage.kind === 'watch' ? 'watch' : stage.kind === 'uat' ? 'uat' : 'undo';
  const failed = await findStage(db, runId, index);
  const isJudgedBad =
    ending === 'failed' && failed.verdict === 'fail' && (cause === 'watch' || cause === 'uat');
  const isStable = stableOf(routes) === candidate.id;
  if (isStable && run.cancel?.cause !== 'rollback') {
    await switchBack(parts, { run, candidate, cause }, signal);
    if (isJudgedBad) await holdBack(parts, { run, candidate, reason: failed.reason ?? 'judged bad' });
    // What a watch or a UAT left stays warm, to be looked at or returned to.
    if (!isJudgedBad || candidate.replaces === null) await drain(parts, candidate, failed.reason);
  } else if (candidate.state === 'preparing' || candidate.state === 'ready') {
    await discardDeployment(parts, candidate, failed.reason ?? `its run was ${ending}`, signal);
  }
  await endTwins(parts, candidate, signal);
}

/** Requests, streams and sockets end where they began: convergence retires it when they have. */
async function drain(parts: EngineParts, row: DeploymentRow, reason: string | null): Promise<void> {
  await parts.database.transaction(async ({ db }) => {
    await changeState(db, row, { state: 'draining', reason });
  });
}

interface SwitchBack {
  readonly run: RunRow;
  readonly candidate: DeploymentRow;
  readonly cause: SwitchCause;
}

async function switchBack(
  parts: EngineParts,
  { run, candidate, cause }: SwitchBack,
  signal: AbortSignal,
): Promise<void> {
  const former = candidate.replaces === null ? null : await revived(parts, candidate, signal);
  await parts.switcher.switchTo(
    {
      integration: run.integration,
      environment: candidate.environment,
      from: candidate.id,
      to: former?.id ?? null,
      cause,
      by: deployerItself,
      run: run.id,
    },
    signal,
  );
}

/** The former deployment, running: as it was kept, or brought back from its frozen inputs. */
async function revived(
  parts: EngineParts,
  candidate: DeploymentRow,
  signal: AbortSignal,
): Promise<DeploymentRow> {
  const { db } = parts.database;
  const former = await findDeployment(db, candidate.integration, candidate.replaces ?? '');
  if (occupiesPlace(former.state) && former.state !== 'draining') return former;
  const copies = await runningDeployments(db, candidate.integration, candidate.environment);
  const known = copies.find(({ run, replaces }) => run === null && replaces === candidate.id);
  const row =
    known ??
    (await parts.database.transaction((transaction) =>
      recordCopy(transaction, former, { run: null, replaces: candidate.id }),
    ));
  return await bringUp(parts, row, signal);
}

async function holdBack(
  parts: EngineParts,
  {
    run,
    candidate,
    reason,
  }: { readonly run: RunRow; readonly candidate: DeploymentRow; readonly reason: string },
): Promise<void> {
  await parts.database.transaction(async ({ db }) => {
    const release = await releaseById(db, candidate.release);
    await insertHold(db, release, { environment: candidate.environment, reason, by: deployerItself });
    await writeAudit(db, {
      integration: run.integration,
      actor: deployerItself,
      action: 'hold',
      subject: release.id,
      detail: { environment: candidate.environment, reason, run: run.id },
    });
  });
}

/** The second deployment that a rehearsal made, if it was interrupted. */
async function endTwins(parts: EngineParts, candidate: DeploymentRow, signal: AbortSignal): Promise<void> {
  const running = await runningDeployments(parts.database.db, candidate.integration, candidate.environment);
  const twins = running.filter(
    ({ run, replaces, state }) => run === null && replaces === candidate.id && state !== 'live',
  );
  for (const twin of twins) await discardDeployment(parts, twin, 'the rehearsal ended', signal);
}
