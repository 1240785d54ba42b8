import { dateOf } from '../../core/clock.ts';
import { occupiesPlace } from '../../core/switching/deployment.ts';
import { reasonInstead } from '../../core/order/freeze.ts';
import type { Stage } from '../../core/pipeline/plan.ts';
import { stableOf } from '../../core/switching/route-table.ts';
import type { SwitchedBack } from '../../core/pipeline/run.ts';
import type { SwitchCause } from '../../core/switching/switcher.ts';
import { type UndoFacts, undoPlan } from '../../core/pipeline/undo.ts';
import { messageOf } from '../../lib/message-of.ts';
import { reach } from '../../lib/named-point.ts';
import { deployerItself, writeAudit } from '../../store/audit.ts';
import { isDatabaseAway } from '../../store/connection-lost.ts';
import { candidateOf, type DeploymentRow, runningDeployments } from '../../store/deployments.ts';
import { findEnvironment, lockEnvironment } from '../../store/environments.ts';
import { insertHold } from '../../store/holds.ts';
import { releaseById } from '../../store/releases.ts';
import { findRun, type RunRow } from '../../store/runs.ts';
import { findStage } from '../../store/stages.ts';
import { lastSwitch } from '../../store/switches.ts';
import { putFreeze } from '../acts/freeze.ts';
import { tell } from '../monitoring/tell.ts';
import { freezeNow } from '../order/freezes.ts';
import type { EngineParts } from '../parts.ts';
import { isTwin } from '../pipeline/new-deployment.ts';
import { begunBy } from '../residents/resident-records.ts';
import { discardDeployment } from '../switching/deployment-life.ts';
import { downFor, revived } from './former.ts';
import { undoResidents } from './undo-residents.ts';
import { noWayBackTo } from './way-back.ts';

export interface Undoing {
  readonly run: string;
  readonly index: number;
  readonly ending: 'failed' | 'cancelled' | 'expired';
}

const undoDeadlineMs = 10 * 60_000;

/** Whether something of the run is left in an environment that may have to be undone. */
export async function hasLeftSomething(
  { database: { db } }: Pick<EngineParts, 'database'>,
  { run, environment }: { readonly run: string; readonly environment: string },
): Promise<boolean> {
  const candidate = await candidateOf(db, run, environment);
  if (candidate !== null && occupiesPlace(candidate.state)) return true;
  const { integration } = await findRun(db, run);
  return (await begunBy(db, { integration, environment }, run)).length > 0;
}

/** Null when it is undone; else what kept it from being so, for people to see. */
export async function tryUndo(parts: EngineParts, undoing: Undoing): Promise<string | null> {
  try {
    return await undo(parts, undoing);
  } catch (error) {
    if (isDatabaseAway(error)) throw error;
    return parts.secrets.known.redact(messageOf(error));
  }
}

/**
 * Puts the environment back to what it was before a run that ended badly, what users have first. Nothing is undone that
 * somebody else has changed since. The run holds the environment.
 */
async function undo(parts: EngineParts, { run: id, index, ending }: Undoing): Promise<string | null> {
  const signal = AbortSignal.timeout(undoDeadlineMs);
  const run = await findRun(parts.database.db, id);
  const stage = run.plan.stages[index];
  const environment = stage?.environment ?? null;
  if (stage === undefined || environment === null) return null;
  const stays = await undoDeployment(parts, { run, index, stage, environment, ending }, signal);
  const ref = { integration: run.integration, environment };
  const stuck = await undoResidents(parts, ref, { run: id, ending, withinMs: undoDeadlineMs }, signal);
  const left = [...(stays === null ? [] : [stays]), ...stuck];
  return left.length === 0 ? null : left.join('; ');
}

interface UndoingStage extends Pick<Undoing, 'index' | 'ending'> {
  readonly run: RunRow;
  readonly stage: Stage;
  readonly environment: string;
}

/**
 * Users go back to the former deployment if the run's own is still stable, and a candidate that never took traffic
 * ends. A release that a watch or a UAT found bad is put on hold there. Where there is no way back, users stay, and the
 * reason is returned.
 */
async function undoDeployment(
  parts: EngineParts,
  { run, index, stage, environment, ending }: UndoingStage,
  signal: AbortSignal,
): Promise<string | null> {
  const { db } = parts.database;
  const candidate = await candidateOf(db, run.id, environment);
  if (candidate === null || !occupiesPlace(candidate.state)) return null;
  const { routes } = await findEnvironment(db, run.integration, environment);
  const { verdict, reason } = await findStage(db, run.id, index);
  // A rehearsal on a first deploy may have ended while the second deployment had the users.
  const twins = await twinsOf(parts, candidate);
  const stable = stableOf(routes);
  const facts: UndoFacts = {
    stage: stage.kind,
    verdict,
    ending,
    candidate: { deployment: candidate.id, state: candidate.state, replaces: candidate.replaces },
    twins: twins.map(({ id }) => id),
    stable,
    noWayBack: await noWayBackTo(db, candidate, { from: stable, to: candidate.replaces }),
    formerDown: null,
  };
  const going = undoPlan(facts);
  // Before all else: after a switch a crash would leave nothing by which to know it, and a former deployment that does
  // not come back must not keep the release from being held.
  if (going.holds) await holdBack(parts, { run, candidate, reason: reason ?? 'judged bad' });
  if (going.switchBackFrom !== null) await reach('undo: held');
  const former =
    going.switchBackFrom === null || candidate.replaces === null
      ? null
      : await revived(parts, candidate, signal);
  const formerDown = former === null ? null : await downFor(parts, former, signal);
  const plan = formerDown === null ? going : undoPlan({ ...facts, formerDown });
  if (plan.freezes && plan.stays !== null) await freezeUntilSeen(parts, { run, candidate, why: plan.stays });
  const made = [candidate, ...twins];
  const live = made.find(({ id }) => id === plan.switchBackFrom);
  if (live !== undefined) {
    const route = { run, environment, from: live.id, to: former?.id ?? null, cause: plan.cause };
    await switchBack(parts, { ...route, ...(plan.drains ? { drains: { reason } } : {}) }, signal);
  } else await finishSwitchBack(parts, { run, environment }, signal);
  for (const row of made.filter(({ id }) => plan.discards.includes(id))) {
    await discardDeployment(parts, row, reason ?? `its run was ${ending}`, signal);
  }
  return plan.stays === null ? null : `${stable} keeps the users, as ${plan.stays}`;
}

interface Staying {
  readonly run: RunRow;
  readonly candidate: DeploymentRow;
  readonly why: string;
}

/**
 * Nothing new comes in until a person has looked at what users stay with: whatever freeze stands may end before, by
 * itself or by somebody who knows of nothing else. Done again after a crash, it finds its own.
 */
async function freezeUntilSeen(parts: EngineParts, { run, candidate, why }: Staying): Promise<void> {
  const { integration, environment } = candidate;
  await parts.database.transaction(async ({ db }) => {
    const row = await lockEnvironment(db, integration, environment);
    const standing = await freezeNow(parts, db, row);
    const text = `${run.id} ended badly, and ${why}`;
    if (standing?.identity === deployerItself.identity && standing.reason.startsWith(text)) return;
    const freeze = { integration, environment, until: null, by: deployerItself };
    if (standing === null) await putFreeze(db, { ...freeze, reason: text });
    else {
      const instead = { ...freeze, reason: reasonInstead(text, standing) };
      await putFreeze(db, instead, 'another one takes its place');
    }
  });
}

/** Decided before a crash, and perhaps told nobody: told again, it changes nothing for who knows. */
async function finishSwitchBack(
  parts: EngineParts,
  { run, environment }: Pick<SwitchBack, 'run' | 'environment'>,
  signal: AbortSignal,
): Promise<void> {
  const last = await lastSwitch(parts.database.db, run.integration, environment);
  if (last === null || last.run !== run.id || last.from === null || !isSwitchBack(last.cause)) return;
  const { from, to, cause } = last;
  await switchBack(parts, { run, environment, from, to, cause }, signal);
}

function isSwitchBack(cause: SwitchCause): cause is SwitchedBack['cause'] {
  return cause === 'watch' || cause === 'uat' || cause === 'undo';
}

interface SwitchBack {
  readonly run: RunRow;
  readonly environment: string;
  /** What has the users: the candidate, or its twin. */
  readonly from: string;
  readonly to: string | null;
  readonly cause: SwitchedBack['cause'];
  /** Requests, streams and sockets of what is left end where they began: then convergence retires it. */
  readonly drains?: { readonly reason: string | null };
}

async function switchBack(
  parts: EngineParts,
  { run, environment, from, to, cause, ...leaving }: SwitchBack,
  signal: AbortSignal,
): Promise<void> {
  const route = { environment, from, to, cause };
  const by = { integration: run.integration, reason: null, by: deployerItself, holder: run.id, run: run.id };
  const { switchMs, workersMs } = await parts.switcher.switchTo({ ...by, ...route, ...leaving }, signal);
  await reach('undo: switched back');
  const at = dateOf(parts.clock).toISOString();
  await parts.logs.append(run.id, [
    { type: 'switched-back', run: run.id, at, ...route, switchMs, workersMs },
  ]);
  await reach('undo: recorded');
}

/** Done again after a crash, it finds the hold. */
async function holdBack(
  { database, clock }: EngineParts,
  {
    run,
    candidate,
    reason,
  }: { readonly run: RunRow; readonly candidate: DeploymentRow; readonly reason: string },
): Promise<void> {
  await database.transaction(async ({ db }) => {
    const release = await releaseById(db, candidate.release);
    const { environment } = candidate;
    if (!(await insertHold(db, release, { environment, reason, by: deployerItself }))) return;
    await writeAudit(db, {
      integration: run.integration,
      actor: deployerItself,
      action: 'hold',
      subject: release.id,
      detail: { environment, reason, run: run.id },
    });
    await tell(db, {
      kind: 'held',
      run,
      environment,
      about: `held/${run.attempt}`,
      says: `${run.id} was found bad, and ${release.version} is on hold: ${reason}`,
      next: `deployer run ${run.id}`,
      nowMs: clock.now(),
    });
  });
}

/** Second deployments that a rehearsal made of a candidate and did not come to end. */
async function twinsOf(parts: EngineParts, candidate: DeploymentRow): Promise<readonly DeploymentRow[]> {
  const { integration, environment } = candidate;
  const running = await runningDeployments(parts.database.db, integration, environment);
  return running.filter((row) => isTwin(row, candidate));
}
