import type { EnvironmentSeen, GateSeen, LiveSeen } from '../../core/document/facts.ts';
import { stableOf } from '../../core/route-table.ts';
import type { Observation } from '../../core/target.ts';
import { chooseRollback } from '../../engine/acts/rollback.ts';
import { isHere } from '../../engine/elsewhere.ts';
import type { EngineParts } from '../../engine/parts.ts';
import { targetOfDeployment } from '../../engine/switching/deployment-life.ts';
import { type DeploymentRow, findDeployment } from '../../store/deployments.ts';
import type { EnvironmentRow } from '../../store/environments.ts';
import { iso } from '../../store/json.ts';
import { releaseById } from '../../store/releases.ts';
import { gatesOfRun } from '../../store/gate-evidence.ts';
import { lastArrival } from '../../store/switches.ts';
import { frozenView } from '../views/freeze-view.ts';
import { edgeAddress, hostText } from '../views/status-view.ts';

/** Whoever reads a document waits no longer for a place that hangs: then nobody has looked. */
const observeMs = 2000;

/** An environment as a document tells of it. */
export async function environmentSeen(parts: EngineParts, row: EnvironmentRow): Promise<EnvironmentSeen> {
  const { db } = parts.database;
  const stable = stableOf(row.routes);
  const live = stable === null ? null : await findDeployment(db, row.integration, stable);
  const place = { integration: row.integration, environment: row.name };
  const [edge, seen, wayBack, frozen, host, gates] = await Promise.all([
    edgeAddress(parts, row),
    live === null ? null : liveSeen(parts, row, live),
    wayBackSeen(parts, row),
    frozenView(parts, place),
    hostText(parts, row.host),
    live === null || live.run === null ? [] : gatesSeen(parts, live.run, row.name),
  ]);
  return {
    environment: row.name,
    at: new Date(parts.clock.now()).toISOString(),
    url: edge?.url ?? null,
    host,
    live: seen,
    wayBack,
    frozen: frozen === null ? null : { reason: frozen.reason, by: frozen.by, until: frozen.until },
    gates,
  };
}

async function liveSeen(parts: EngineParts, row: EnvironmentRow, live: DeploymentRow): Promise<LiveSeen> {
  const { db } = parts.database;
  const [release, arrival, observation] = await Promise.all([
    releaseById(db, live.release),
    lastArrival(db, { integration: row.integration, environment: row.name, deployment: live.id }),
    isHere(parts, row.host) ? observe(parts, live) : null,
  ]);
  return {
    deployment: live.id,
    release: live.release,
    version: release.version,
    commit: release.commit,
    configuration: live.configuration,
    since: iso(arrival ?? live.state_at),
    artifacts: Object.fromEntries(live.preparation.components.map(({ name, artifact }) => [name, artifact])),
    replicas: observation === null ? null : readyReplicas(observation),
    evidence: null,
  };
}

async function observe(parts: EngineParts, live: DeploymentRow): Promise<Observation | null> {
  const target = await targetOfDeployment(parts, live);
  try {
    return await target.observe(live.preparation, AbortSignal.timeout(observeMs));
  } catch {
    // It hangs, which is for convergence to say.
    return null;
  }
}

function readyReplicas({ components }: Observation): Readonly<Record<string, number>> {
  return Object.fromEntries(
    components.map(({ name, replicas }) => [name, replicas.filter(({ state }) => state === 'ready').length]),
  );
}

async function wayBackSeen(
  parts: EngineParts,
  { integration, name, generation }: EnvironmentRow,
): Promise<EnvironmentSeen['wayBack']> {
  if (generation === 0) return null;
  const choice = await chooseRollback(parts, { integration, environment: name, to: null });
  if (choice.target === null) return null;
  const { version } = await releaseById(parts.database.db, choice.target.release);
  return { deployment: choice.target.id, version, isReady: choice.ready, reasons: choice.reasons };
}

/** What the stages said of a release before its environments, and in this one, each with its newest evidence. */
async function gatesSeen(
  { database: { db } }: EngineParts,
  run: string,
  environment: string,
): Promise<readonly GateSeen[]> {
  return (await gatesOfRun(db, run, environment)).flatMap((row) => {
    const at = row.ended_at ?? row.started_at;
    if (at === null) return [];
    const { name, state, reason, evidence } = row;
    return [{ stage: name, environment: row.environment, state, reason, at: iso(at), evidence }];
  });
}
