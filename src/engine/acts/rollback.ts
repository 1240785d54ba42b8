import { unholdCommand } from '../../core/order/hold.ts';
import {
  type FormerDeployment,
  heldPrevious,
  isWarm,
  previousOf,
  rollbackReadiness,
} from '../../core/going-back/rollback.ts';
import { stableOf } from '../../core/switching/route-table.ts';
import type { Actor } from '../../core/pipeline/run.ts';
import { referencesIn } from '../../core/secrets/secret-reference.ts';
import type { Substitution } from '../../core/secrets/secrets.ts';
import { DeployerError } from '../../errors.ts';
import { messageOf } from '../../lib/message-of.ts';
import { type DeploymentRow, findDeployment } from '../../store/deployments.ts';
import { type EnvironmentRow, findEnvironment } from '../../store/environments.ts';
import { releaseById, releasesById } from '../../store/releases.ts';
import { prunedAt } from '../../store/retention.ts';
import { formerlyStable, lastLeavings } from '../../store/switches.ts';
import { isHere } from '../elsewhere.ts';
import { noWayBackTo } from '../going-back/way-back.ts';
import { newRollback } from '../messages.ts';
import type { EngineParts, Places } from '../parts.ts';
import { substitutionsOf } from '../pipeline/supplied-secrets.ts';
import { holdJudge } from '../subjects.ts';
import type { RollbackInput, RollbackOutcome } from '../workflow-inputs.ts';

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
  /** Whether one switch is enough. */
  readonly warm: boolean;
  /** Versions of secrets that were revoked since it was prepared, and what is used in their place. */
  readonly substituted: readonly Substitution[];
  readonly ready: boolean;
  readonly reasons: readonly string[];
  /** Whether anything else than what is live ever was. */
  readonly hasEarlier: boolean;
  /** What to type first, where a hold is in the way; null: none is. */
  readonly unhold: string | null;
}

/**
 * What a rollback would go to, and whether it would work: shown before it is asked for, and checked when it is.
 *
 * @param signal of who asks; left out: only reading its files through has its time
 */
export async function chooseRollback(
  places: Places,
  request: Pick<RollbackRequest, 'integration' | 'environment' | 'to'>,
  signal?: AbortSignal,
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
  const now = live === null ? null : asFormer(live);
  const former = rows.map(asFormer);
  const chosen = named === null ? previousOf(now, former) : asFormer(named);
  const held = named === null ? (chosen === null ? heldPrevious(now, former) : null) : chosen;
  const target =
    [...rows, ...(named === null ? [] : [named])].find(({ id }) => id === chosen?.deployment) ?? null;
  const substituted = target === null ? [] : await substitutionsOf(places.secrets, target.preparation);
  const warm = target !== null && isWarm(target) && substituted.length === 0;
  const hasEarlier = former.some(({ deployment }) => deployment !== liveId);
  const readiness = rollbackReadiness({
    target: chosen,
    held,
    hasEarlier,
    wasStable: rows.some(({ id }) => id === chosen?.deployment),
    live: liveId,
    noWayBack: await noWayBackTo(db, request, { from: liveId, to: target?.id ?? null }),
    substituted,
    // Files and keys of another host are looked at there, when it is brought up.
    damagedArtifacts:
      target === null || warm || !isHere(places, environment.host)
        ? []
        : await damagedArtifacts(places, target, signal),
    lockedSecrets:
      target === null || warm || !isHere(places, environment.host) ? [] : await lockedSecrets(places, target),
  });
  const unhold = await unholdOf(places, request, held);
  return { environment, live, target, warm, substituted, ...readiness, hasEarlier, unhold };
}

async function unholdOf(
  { database: { db } }: Places,
  { integration }: Pick<RollbackRequest, 'integration'>,
  held: FormerDeployment | null,
): Promise<string | null> {
  if (held === null || held.hold === null) return null;
  const { release } = await findDeployment(db, integration, held.deployment);
  const { version } = await releaseById(db, release);
  return unholdCommand(version, held.hold);
}

/** Tells a deployment as the choice sees it; holds and releases are read once for all of them. */
async function formerView(
  { database: { db } }: Places,
  rows: readonly DeploymentRow[],
): Promise<(row: DeploymentRow) => FormerDeployment> {
  const ids = rows.map(({ release }) => release);
  const releases = new Map((await releasesById(db, ids)).map((row) => [row.id, row]));
  const pruned = await prunedAt(db, ids);
  const [first] = rows;
  const judge = first === undefined ? null : await holdJudge(db, first.integration);
  const left = first === undefined ? null : await lastLeavings(db, first.integration, first.environment);
  return ({ id, release, configuration, state, environment }) => {
    const manifest = releases.get(release);
    const hold = manifest === undefined ? null : (judge?.(manifest, environment) ?? null);
    const leftBy = left?.get(id) ?? null;
    return {
      deployment: id,
      release,
      configuration,
      state,
      hold,
      isPruned: pruned.has(release),
      leftBy,
    };
  };
}

/** What a bare rollback would go to, whether or not it would work. */
export async function previousDeployment(
  places: Places,
  environment: EnvironmentRow,
): Promise<DeploymentRow | null> {
  const { db } = places.database;
  const { integration, name, routes } = environment;
  const liveId = stableOf(routes);
  const live = liveId === null ? null : await findDeployment(db, integration, liveId);
  const rows = await formerlyStable(db, integration, name);
  const asFormer = await formerView(places, [...rows, ...(live === null ? [] : [live])]);
  const previous = previousOf(live === null ? null : asFormer(live), rows.map(asFormer));
  return rows.find(({ id }) => id === previous?.deployment) ?? null;
}

export async function damagedArtifacts(
  places: Places,
  row: DeploymentRow,
  signal: AbortSignal = new AbortController().signal,
): Promise<readonly string[]> {
  const within = AbortSignal.any([signal, AbortSignal.timeout(60_000)]);
  const problems = await Promise.all(
    row.preparation.components.map(async ({ name, artifact }) => {
      try {
        await places.artifacts.verify(artifact, within);
        return [];
      } catch (error) {
        // Of a file that nobody waited for it is not known that it is damaged.
        signal.throwIfAborted();
        return [`${name}: ${messageOf(error)}`];
      }
    }),
  );
  return problems.flat();
}

async function lockedSecrets({ secrets }: Places, row: DeploymentRow): Promise<readonly string[]> {
  if (referencesIn(row.preparation.components.map(({ shape }) => shape.env)).length === 0) return [];
  try {
    await secrets.redactor(row.integration);
    return [];
  } catch (error) {
    if (!(error instanceof DeployerError)) throw error;
    return [error.message];
  }
}

export interface RolledBack {
  readonly from: DeploymentRow | null;
  readonly to: DeploymentRow;
  /** From the request until the last edge worker acknowledged. */
  readonly switchMs: number;
  readonly workersMs: number;
  readonly substituted: readonly Substitution[];
}

/** Starts a rollback in this process and resolves with how it ended. */
export type StartRollback = (input: RollbackInput, signal: AbortSignal) => Promise<RollbackOutcome>;

/** Something else can go live between the choice and the rollback; then it is chosen anew. */
const choices = 3;

/**
 * Goes back. A change in progress there ends, the release that is left is put on hold there, and a deployment that
 * has retired is brought back first. What is live stays live until the other one can take over.
 */
export async function rollback(
  { parts, start }: { readonly parts: EngineParts; readonly start: StartRollback },
  request: RollbackRequest,
  signal: AbortSignal,
): Promise<RolledBack> {
  const receivedAtMs = performance.timeOrigin + performance.now();
  const { integration, environment, by, reason } = request;
  for (let choice = 1; choice <= choices; choice += 1) {
    const { live, target, warm, substituted } = await readyChoice(parts, request);
    const from = live?.id ?? null;
    const holder = newRollback(request);
    const input = { integration, environment, from, to: target.id, by, reason, holder };
    const outcome = await start(input, signal);
    if (outcome.kind === 'stale') continue;
    if (outcome.kind !== 'done') throw refusal(outcome, { environment, from, to: target.id });
    const to = await findDeployment(parts.database.db, integration, outcome.to);
    const { workersMs } = outcome;
    const switchMs = warm ? outcome.acknowledgedAtMs - receivedAtMs : outcome.switchMs;
    return { from: live, to, switchMs, workersMs, substituted };
  }
  throw new DeployerError('route_stale', {
    message: `What is live in ${environment} keeps changing; nothing was rolled back.`,
    hint: 'deployer status',
  });
}

async function readyChoice(
  parts: EngineParts,
  request: RollbackRequest,
): Promise<Pick<RollbackChoice, 'live' | 'warm' | 'substituted'> & { readonly target: DeploymentRow }> {
  const { live, target, warm, substituted, ready, reasons, unhold } = await chooseRollback(parts, request);
  if (ready && target !== null) return { live, target, warm, substituted };
  throw new DeployerError('rollback_not_ready', {
    message: `${request.environment} cannot go back: ${reasons.join('; ')}.`,
    hint: unhold ?? (target === null ? 'deployer releases' : 'deployer status'),
  });
}

function refusal(
  outcome: Exclude<RollbackOutcome, { kind: 'done' | 'stale' }>,
  {
    environment,
    from,
    to,
  }: { readonly environment: string; readonly from: string | null; readonly to: string },
): DeployerError {
  switch (outcome.kind) {
    case 'busy':
      return new DeployerError('rollback_not_ready', {
        message: `Another rollback of ${environment} is going on.`,
        hint: 'deployer status',
      });
    case 'late':
      return new DeployerError('host_silent', {
        message: `No worker of its host took the rollback of ${environment} up in time; nothing was changed.`,
        hint: 'deployer doctor',
      });
    case 'unfinished':
      return new DeployerError('rollback_failed', {
        message: `${environment} is switched to ${outcome.to}, but not everything of it is done: ${outcome.message} The server goes on with it by itself.`,
        hint: 'deployer status',
      });
    case 'failed':
      return new DeployerError('rollback_failed', {
        message: `${to} could not be brought back, so ${from ?? 'nothing'} stays live: ${outcome.message}`,
        hint: `deployer logs ${environment}`,
      });
  }
}
