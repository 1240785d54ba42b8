import { randomUUID } from 'node:crypto';

import { type FormerDeployment, isWarm, previousOf, rollbackReadiness } from '../../core/rollback.ts';
import { stableOf } from '../../core/route-table.ts';
import type { Actor } from '../../core/run.ts';
import { DeployerError } from '../../errors.ts';
import { writeAudit } from '../../store/audit.ts';
import { type DeploymentRow, findDeployment } from '../../store/deployments.ts';
import {
  type EnvironmentRow,
  findEnvironment,
  lockEnvironment,
  setHolder,
} from '../../store/environments.ts';
import { insertHold } from '../../store/holds.ts';
import { releaseById, releasesById } from '../../store/releases.ts';
import { openRuns } from '../../store/runs.ts';
import { formerlyStable } from '../../store/switches.ts';
import { recordCopy } from '../candidates.ts';
import type { EngineParts, Places } from '../parts.ts';
import type { ColdRollback } from '../rollback-workflow.ts';
import { holdJudge } from '../subjects.ts';
import { requestCancel } from './cancel.ts';

export interface RollbackRequest {
  readonly integration: string;
  readonly environment: string;
  /** Null: the previous one. */
  readonly to: string | null;
  readonly reason: string | null;
  readonly by: Actor;
}

export interface RollbackChoice {
  readonly environment: EnvironmentRow;
  readonly live: DeploymentRow | null;
  readonly target: DeploymentRow | null;
  readonly warm: boolean;
  readonly ready: boolean;
  readonly reasons: readonly string[];
}

/** What a rollback would go to, and whether it would work: shown before it is asked for, and checked when it is. */
export async function chooseRollback(
  places: Places,
  request: Pick<RollbackRequest, 'integration' | 'environment' | 'to'>,
): Promise<RollbackChoice> {
  const { db } = places.database;
  const environment = await findEnvironment(db, request.integration, request.environment);
  const liveId = stableOf(environment.routes);
  const live = liveId === null ? null : await findDeployment(db, request.integration, liveId);
  const rows = await formerlyStable(db, request.integration, request.environment);
  const named = request.to === null ? null : await findDeployment(db, request.integration, request.to);
  if (named !== null && named.environment !== environment.name) {
    throw new DeployerError('deployment_not_found', {
      message: `${named.id} is not a deployment in ${environment.name}.`,
      hint: 'deployer status',
    });
  }
  const asFormer = await formerView(places, [...rows, ...[live, named].flatMap((row) => row ?? [])]);
  const chosen =
    named === null ? previousOf(live === null ? null : asFormer(live), rows.map(asFormer)) : asFormer(named);
  const target =
    [...rows, ...(named === null ? [] : [named])].find(({ id }) => id === chosen?.deployment) ?? null;
  const readiness = rollbackReadiness({
    target: chosen,
    wasStable: rows.some(({ id }) => id === chosen?.deployment),
    live: liveId,
    damagedArtifacts: target === null || isWarm(target) ? [] : await damagedArtifacts(places, target),
  });
  return { environment, live, target, warm: target !== null && isWarm(target), ...readiness };
}

/** Tells a deployment as the choice sees it; holds and releases are read once for all of them. */
async function formerView(
  { database: { db } }: Places,
  rows: readonly DeploymentRow[],
): Promise<(row: DeploymentRow) => FormerDeployment> {
  const releases = new Map(
    (
      await releasesById(
        db,
        rows.map(({ release }) => release),
      )
    ).map((row) => [row.id, row]),
  );
  const [first] = rows;
  const judge = first === undefined ? null : await holdJudge(db, first.integration);
  return ({ id, release, configuration, state, environment }) => {
    const manifest = releases.get(release);
    const hold = manifest === undefined ? null : (judge?.(manifest, environment) ?? null);
    const why = hold === null ? null : `${hold.reason} (${hold.identity})`;
    return { deployment: id, release, configuration, state, hold: why };
  };
}

async function damagedArtifacts(places: Places, row: DeploymentRow): Promise<readonly string[]> {
  const problems = await Promise.all(
    row.preparation.components.map(async ({ name, artifact }) => {
      try {
        await places.artifacts.verify(artifact, AbortSignal.timeout(60_000));
        return [];
      } catch (error) {
        return [`${name}: ${error instanceof Error ? error.message : String(error)}`];
      }
    }),
  );
  return problems.flat();
}

export interface RolledBack {
  readonly from: DeploymentRow | null;
  readonly to: DeploymentRow;
  /** From the request until the last edge worker acknowledged. */
  readonly switchMs: number;
  readonly workersMs: number;
}

/**
 * Goes back. A change in progress there ends, the release that is left is put on hold there, and a deployment that
 * has retired is brought back first. What is live stays live until the other one can take over.
 */
export async function rollback(
  parts: EngineParts,
  request: RollbackRequest,
  signal: AbortSignal,
): Promise<RolledBack> {
  const receivedAt = performance.now();
  const choice = await chooseRollback(parts, request);
  const { target, live } = choice;
  if (!choice.ready || target === null) {
    throw new DeployerError('rollback_not_ready', {
      message: `${request.environment} cannot go back: ${choice.reasons.join('; ')}.`,
      hint: target === null ? 'deployer releases' : 'deployer status',
    });
  }
  await endChange(parts, request, live);
  const result = choice.warm
    ? await goWarm(parts, { request, live, target }, signal)
    : await goCold(parts, { request, live, target });
  await recordRollback(parts, request, { live, to: result.to });
  const switchMs = choice.warm ? performance.now() - receivedAt - result.workersMs : result.switchMs;
  return { ...result, from: live, switchMs };
}

/** The run that changes the environment, and one whose deployment is being left, end as cancelled. */
async function endChange(
  parts: EngineParts,
  request: RollbackRequest,
  live: DeploymentRow | null,
): Promise<void> {
  const { db } = parts.database;
  const { holder } = await findEnvironment(db, request.integration, request.environment);
  const ending = (await openRuns(db, request.integration)).filter(
    (run) =>
      run.id === holder ||
      (live !== null && run.id === live.run && run.waiting?.environment === live.environment),
  );
  for (const run of ending)
    await requestCancel(parts, { run: run.id, cause: 'rollback', reason: 'rollback', by: request.by });
}

interface Going {
  readonly request: RollbackRequest;
  readonly live: DeploymentRow | null;
  readonly target: DeploymentRow;
}

async function goWarm(
  parts: EngineParts,
  { request, live, target }: Going,
  signal: AbortSignal,
): Promise<Omit<RolledBack, 'from'>> {
  const { integration, environment, by } = request;
  const result = await parts.switcher.switchTo(
    { integration, environment, from: live?.id ?? null, to: target.id, cause: 'rollback', by, run: null },
    signal,
  );
  return { to: target, switchMs: result.switchMs, workersMs: result.workersMs };
}

async function goCold(
  parts: EngineParts,
  { request, live, target }: Going,
): Promise<Omit<RolledBack, 'from'>> {
  const { integration, environment, by } = request;
  const workflow = `rollback/${integration}/${environment}/${randomUUID()}`;
  const copy = await parts.database.transaction(async (transaction) => {
    const row = await lockEnvironment(transaction.db, integration, environment);
    await setHolder(transaction.db, row, workflow);
    const recorded = await recordCopy(transaction, target, { run: null, replaces: live?.id ?? null });
    const input = {
      integration,
      environment,
      from: live?.id ?? null,
      to: recorded.id,
      by: by.identity,
      holder: workflow,
    };
    await parts.messages.startRollback(transaction.client, workflow, input);
    return recorded;
  });
  // Written by `rollbackWorkflow`, which returns nothing else.
  const outcome = (await parts.messages.rollbackResult(workflow)) as ColdRollback;
  if (outcome.kind === 'failed') {
    throw new DeployerError('rollback_failed', {
      message: `${target.id} could not be brought back, so ${live?.id ?? 'nothing'} stays live: ${outcome.message}`,
      hint: `deployer logs ${environment}`,
    });
  }
  return { to: copy, switchMs: outcome.result.switchMs, workersMs: outcome.result.workersMs };
}

async function recordRollback(
  parts: EngineParts,
  request: RollbackRequest,
  { live, to }: { readonly live: DeploymentRow | null; readonly to: DeploymentRow },
): Promise<void> {
  await parts.database.transaction(async ({ db }) => {
    await writeAudit(db, {
      integration: request.integration,
      actor: request.by,
      action: 'rollback',
      subject: request.environment,
      detail: { from: live?.id ?? null, to: to.id, reason: request.reason, release: to.release },
    });
    if (live === null || live.release === to.release) return;
    const reason = request.reason ?? `rolled back to ${to.id}`;
    const hold = { environment: request.environment, reason, by: request.by };
    await insertHold(db, await releaseById(db, live.release), hold);
  });
}
