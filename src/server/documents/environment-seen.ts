import { driftOf } from '../../core/checklist/drift.ts';
import type { SeenPlace } from '../../core/checklist/observation.ts';
import type { EnvironmentSeen, GateSeen, LiveSeen } from '../../core/document/facts.ts';
import { stableOf } from '../../core/route-table.ts';
import { chooseRollback } from '../../engine/acts/rollback.ts';
import { lookAtPlace } from '../../engine/checklist/observe-place.ts';
import { deploymentFacts } from '../../engine/checklist/place-facts.ts';
import type { EngineParts } from '../../engine/parts.ts';
import { type DeploymentRow, findDeployment } from '../../store/deployments.ts';
import type { EnvironmentRow } from '../../store/environments.ts';
import { iso } from '../../store/json.ts';
import { releaseById } from '../../store/releases.ts';
import { gatesOfRun } from '../../store/gate-evidence.ts';
import { lastArrival } from '../../store/switches.ts';
import { frozenView } from '../views/freeze-view.ts';
import { edgeAddress, hostText } from '../views/status-view.ts';

/** An environment as a document tells of it. */
export async function environmentSeen(parts: EngineParts, row: EnvironmentRow): Promise<EnvironmentSeen> {
  const { db } = parts.database;
  const stable = stableOf(row.routes);
  const live = stable === null ? null : await findDeployment(db, row.integration, stable);
  const place = { integration: row.integration, environment: row.name };
  const [edge, seen, wayBack, frozen, host, gates] = await Promise.all([
    edgeAddress(parts, row),
    lookAtPlace(parts, place),
    wayBackSeen(parts, row),
    frozenView(parts, place),
    hostText(parts, row.host),
    live === null || live.run === null ? [] : gatesSeen(parts, live.run, row.name),
  ]);
  // A change in progress is no drift: it moves what is decided and what runs, one after the other.
  const isSettled = live !== null && seen !== null && row.holder === null;
  return {
    environment: row.name,
    at: seen?.at ?? new Date(parts.clock.now()).toISOString(),
    url: edge?.url ?? null,
    host,
    live: live === null ? null : await liveSeen(parts, live, seen),
    wayBack,
    frozen: frozen === null ? null : { reason: frozen.reason, by: frozen.by, until: frozen.until },
    drift: isSettled ? driftOf({ deployment: deploymentFacts(live, stable) }, seen.observation) : [],
    gates,
  };
}

async function liveSeen(
  { database: { db } }: EngineParts,
  live: DeploymentRow,
  place: SeenPlace | null,
): Promise<LiveSeen> {
  const { integration, environment, id, release, configuration, preparation } = live;
  const [{ version, commit }, arrival] = await Promise.all([
    releaseById(db, release),
    lastArrival(db, { integration, environment, deployment: id }),
  ]);
  const seen = place?.observation.deployments.find(({ deployment }) => deployment === id);
  const readyOf = (component: string): number | null =>
    seen === undefined || seen.state === 'unseen'
      ? null
      : (seen.components.find(({ name }) => name === component)?.ready ?? 0);
  return {
    deployment: id,
    release,
    version,
    commit,
    configuration,
    since: iso(arrival ?? live.state_at),
    artifacts: Object.fromEntries(preparation.components.map(({ name, artifact }) => [name, artifact])),
    replicas: Object.fromEntries(
      preparation.components.map(({ name, shape }) => [
        name,
        { decided: shape.replicas, ready: readyOf(name) },
      ]),
    ),
    evidence: place?.evidence ?? null,
  };
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
