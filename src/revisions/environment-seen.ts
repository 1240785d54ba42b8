import { driftOf } from '../core/checklist/drift.ts';
import type { SeenPlace } from '../core/checklist/observation.ts';
import { canContradict } from '../core/checklist/place-change.ts';
import type { EnvironmentSeen, GateSeen, LiveSeen } from '../core/document/facts.ts';
import type { Freeze } from '../core/order/freeze.ts';
import { stableOf } from '../core/switching/route-table.ts';
import type { PlaceObserver } from '../engine/checklist/place-observer.ts';
import { deploymentFacts } from '../engine/checklist/place-facts.ts';
import { hostElsewhere } from '../engine/elsewhere.ts';
import { freezeNow } from '../engine/order/freezes.ts';
import type { EngineParts } from '../engine/parts.ts';
import { edgeAddress } from '../engine/switching/edge-of-environment.ts';
import { type DeploymentRow, findDeployment } from '../store/deployments.ts';
import type { EnvironmentRow } from '../store/environments.ts';
import { iso } from '../store/json.ts';
import { releaseById } from '../store/releases.ts';
import { gatesOfRun } from '../store/gate-evidence.ts';
import { lastArrival } from '../store/switches.ts';

/** An environment as a document tells of it. */
export async function environmentSeen(
  parts: EngineParts,
  { row, observer }: { readonly row: EnvironmentRow; readonly observer: PlaceObserver },
): Promise<EnvironmentSeen> {
  const { db } = parts.database;
  const stable = stableOf(row.routes);
  const live = stable === null ? null : await findDeployment(db, row.integration, stable);
  const [edge, seen, wayBack, frozen, host, gates] = await Promise.all([
    edgeAddress(parts, row),
    observer.place(row),
    wayBackSeen(parts, { row, observer }),
    freezeNow(parts, db, row),
    hostElsewhere(parts, row.host),
    live === null || live.run === null ? [] : gatesSeen(parts, live.run, row.name),
  ]);
  return {
    environment: row.name,
    at: seen?.at ?? new Date(parts.clock.now()).toISOString(),
    url: edge?.url ?? null,
    host,
    live: live === null ? null : await liveSeen(parts, live, seen),
    wayBack,
    frozen: frozen === null ? null : frozenSeen(frozen),
    drift:
      live !== null && seen !== null && canContradict(seen, { judges: 'now' })
        ? driftOf({ deployment: deploymentFacts(live, stable) }, seen.observation)
        : [],
    gates,
  };
}

function frozenSeen({ reason, identity, untilMs }: Freeze): EnvironmentSeen['frozen'] {
  return { reason, by: identity, until: untilMs === null ? null : new Date(untilMs).toISOString() };
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
  { database: { db } }: EngineParts,
  { row, observer }: { readonly row: EnvironmentRow; readonly observer: PlaceObserver },
): Promise<EnvironmentSeen['wayBack']> {
  if (row.generation === 0) return null;
  const { target, ready: isReady, reasons } = await observer.rollback(row);
  if (target === null) return null;
  const { version } = await releaseById(db, target.release);
  return { deployment: target.id, version, isReady, reasons };
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
