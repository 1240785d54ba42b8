import { statfs } from 'node:fs/promises';

import {
  type PlaceObservation,
  roomToDeployBytes,
  type SeenComponent,
  type SeenDeployment,
  type SeenMonitoring,
  type SeenPlace,
} from '../../core/checklist/observation.ts';
import { changeOf } from '../../core/checklist/place-change.ts';
import type { EdgeRef } from '../../core/switching/edge.ts';
import { stableOf } from '../../core/switching/route-table.ts';
import type { ComponentObservation, Observation, PlaceMemory } from '../../core/places/target.ts';
import { type DeploymentRow, runningDeployments } from '../../store/deployments.ts';
import { databaseNowMs } from '../../store/clock.ts';
import type { Queries } from '../../store/database.ts';
import { loadedRules } from '../../store/monitoring-facts.ts';
import { type EnvironmentRow, findEnvironment } from '../../store/environments.ts';
import { lastObservation } from '../../store/seen-places.ts';
import type { RollbackChoice } from '../acts/rollback.ts';
import { observed } from '../convergence/observed.ts';
import { whyUnseen } from '../convergence/trouble.ts';
import { lookAtResidents } from '../convergence/look-residents.ts';
import { isHere } from '../elsewhere.ts';
import { rulesInForce } from '../monitoring/rules-in-force.ts';
import type { Places } from '../parts.ts';
import { keptObservation } from './kept-observations.ts';
import { wayBackFrom, wayBackOf } from './place-facts.ts';
import { targetOfDeployment } from '../switching/deployment-life.ts';

/** Whoever asks waits no longer for a place that hangs. */
const lookMs = 2000;

/**
 * What is seen of an environment now, stored when it says something new. Of one on another host, what that host saw
 * last; null: it was never looked at, or nothing was ever there.
 */
export async function lookAtPlace(
  places: Places,
  row: EnvironmentRow,
  look: PlaceLook,
): Promise<SeenPlace | null> {
  const { integration, name: environment } = row;
  const { db } = places.database;
  const seen = isHere(places, row.host)
    ? await lookedAt(places, row, look)
    : await lastObservation(db, { integration, environment });
  if (seen === null) return null;
  // Only the row after a look tells whether what was seen is still about what is decided.
  return { ...seen, change: changeOf(seen.observation, await findEnvironment(db, integration, environment)) };
}

async function lookedAt(
  places: Places,
  row: EnvironmentRow,
  look: PlaceLook,
): Promise<KeptObservation | null> {
  const running = await runningDeployments(places.database.db, row.integration, row.name);
  if (row.generation === 0 && running.length === 0) return null;
  return await keptObservation(places, row, await observePlace(places, { row, running }, look));
}

type KeptObservation = Omit<SeenPlace, 'change'>;

/** What a look needs of who asks for it. */
export interface PlaceLook {
  /** What a rollback of an environment would go to, and whether that would work. */
  readonly rollback: (row: EnvironmentRow) => Promise<RollbackChoice>;
  /** Of who asks. */
  readonly signal: AbortSignal;
}

async function observePlace(
  places: Places,
  { row, running }: { readonly row: EnvironmentRow; readonly running: readonly DeploymentRow[] },
  { rollback, signal }: PlaceLook,
): Promise<PlaceObservation> {
  const ref = { integration: row.integration, environment: row.name };
  const { db } = places.database;
  const stable = stableOf(row.routes);
  const ofInterest = running.filter(({ id, state }) => id === stable || state === 'ready');
  // What does not answer within this time is not seen; only who asks can end the look.
  const within = AbortSignal.any([signal, AbortSignal.timeout(lookMs)]);
  const [deployments, edge, residents, freeBytes, memory, monitoring, waysBack] = await Promise.all([
    Promise.all(ofInterest.map((deployment) => lookAtDeployment(places, deployment, { signal, within }))),
    lookAtEdge(places, ref, { signal, within }),
    lookAtResidents(places, ref, signal, within),
    freeBytesAt(places.home.root),
    memoryOf(places, ofInterest, { signal, within }),
    seenMonitoring(db, row),
    Promise.all(
      ofInterest.map(async (deployment) => {
        const isStable = deployment.id === stable;
        const way = isStable ? wayBackOf(await rollback(row)) : await wayBackFrom(places, deployment);
        return { deployment: deployment.id, isReady: way.isReady, reasons: way.reasons };
      }),
    ),
  ]);
  return {
    v: 1,
    deployments,
    edge: edge.seen,
    edgeUnseen: edge.unseen,
    decidedGeneration: row.generation,
    isHeld: row.holder !== null,
    residents: residents.map(({ component, observation }) => ({ component, ...seenState(observation) })),
    disk: { freeBytes, neededBytes: roomToDeployBytes },
    ...(memory === undefined ? {} : { memory }),
    databaseAt: new Date(await databaseNowMs(db)).toISOString(),
    monitoring,
    waysBack,
  };
}

interface LookTime {
  /** Of who asks. */
  readonly signal: AbortSignal;
  /** Of one look as well. */
  readonly within: AbortSignal;
}

async function lookAtDeployment(
  places: Places,
  row: DeploymentRow,
  { signal, within }: LookTime,
): Promise<SeenDeployment> {
  const target = await targetOfDeployment(places, row);
  const observation = await observed(() => target.observe(row.preparation, within), [], signal);
  const components = observation.components.map(seenComponent);
  return { deployment: row.id, ...seenState(observation), components };
}

function seenState({
  state,
  reason,
  isUnseen = false,
}: Observation): Pick<SeenDeployment, 'state' | 'reason'> {
  return { state: isUnseen ? 'unseen' : state, reason };
}

interface EdgeLook {
  readonly seen: PlaceObservation['edge'];
  readonly unseen: string | null;
}

/** An edge that does not answer may well run: that is not the same as none. */
async function lookAtEdge({ edges }: Places, ref: EdgeRef, { signal, within }: LookTime): Promise<EdgeLook> {
  try {
    const edge = await edges.observe(ref, within);
    if (edge === null) return { seen: null, unseen: null };
    return { seen: { generation: edge.generation, readyWorkers: edge.readyWorkers }, unseen: null };
  } catch (error) {
    signal.throwIfAborted();
    return { seen: null, unseen: whyUnseen(error) };
  }
}

function seenComponent({ name, artifact, inputs, replicas }: ComponentObservation): SeenComponent {
  return {
    name,
    artifact: artifact ?? null,
    inputs: inputs ?? null,
    replicas: replicas.length,
    ready: replicas.filter(({ state }) => state === 'ready').length,
  };
}

async function seenMonitoring(db: Queries, row: EnvironmentRow): Promise<SeenMonitoring | null> {
  const inForce = await rulesInForce(db, row);
  if (inForce === null) return null;
  const { release, digest: section } = inForce;
  const place = { integration: row.integration, environment: row.name };
  return { section, ...(await loadedRules(db, place, { release, section })) };
}

/** Of the place where what is looked at runs; null: it cannot tell, or is silent. Absent: nothing runs there. */
async function memoryOf(
  places: Places,
  [row]: readonly DeploymentRow[],
  { signal, within }: LookTime,
): Promise<PlaceMemory | null | undefined> {
  if (row === undefined) return undefined;
  try {
    return await (await targetOfDeployment(places, row)).memory(within);
  } catch {
    signal.throwIfAborted();
    return null;
  }
}

async function freeBytesAt(path: string): Promise<number | null> {
  try {
    const { bavail, bsize } = await statfs(path);
    return bavail * bsize;
  } catch {
    return null;
  }
}
