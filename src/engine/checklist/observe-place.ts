import { statfs } from 'node:fs/promises';

import {
  isNews,
  observedContent,
  type PlaceObservation,
  roomToDeployBytes,
  type SeenComponent,
  type SeenDeployment,
  type SeenMonitoring,
  type SeenPlace,
  type SeenWayBack,
} from '../../core/checklist/observation.ts';
import type { EdgeRef } from '../../core/edge.ts';
import { stableOf } from '../../core/route-table.ts';
import type { ComponentObservation, Observation } from '../../core/target.ts';
import { digestOf } from '../../lib/canonical-json.ts';
import { type DeploymentRow, findDeployment, runningDeployments } from '../../store/deployments.ts';
import { databaseNowMs } from '../../store/clock.ts';
import type { Queries } from '../../store/database.ts';
import { loadedRules } from '../../store/monitoring-facts.ts';
import { type EnvironmentRow, findEnvironment } from '../../store/environments.ts';
import { newestSeen, saveEvidence } from '../../store/evidence.ts';
import { observed } from '../convergence/observed.ts';
import { whyUnseen } from '../convergence/trouble.ts';
import { lookAtResidents } from '../convergence/look-residents.ts';
import { isHere } from '../elsewhere.ts';
import { rulesInForce } from '../monitoring/rules-in-force.ts';
import type { Places } from '../parts.ts';
import { wayBackFrom, wayBackNow } from './place-facts.ts';
import { targetOfDeployment } from '../switching/deployment-life.ts';

/** Whoever asks waits no longer for a place that hangs. */
const lookMs = 2000;
const kind = 'observation';

/**
 * What is seen of an environment now, stored when it says something new. Of one on another host, what that host saw
 * last; null: it was never looked at, or nothing was ever there.
 */
export async function lookAtPlace(
  places: Places,
  ref: EdgeRef,
  signal: AbortSignal = new AbortController().signal,
): Promise<SeenPlace | null> {
  const row = await findEnvironment(places.database.db, ref.integration, ref.environment);
  if (!isHere(places, row.host)) return await lastSeen(places, ref);
  if (!(await hasAnything(places, row))) return null;
  const observation = await observePlace(places, row, signal);
  return await recorded(places, row, observation);
}

async function hasAnything({ database: { db } }: Places, row: EnvironmentRow): Promise<boolean> {
  return row.generation > 0 || (await runningDeployments(db, row.integration, row.name)).length > 0;
}

/** What was seen last, and stored. */
async function lastSeen({ database: { db } }: Places, ref: EdgeRef): Promise<SeenPlace | null> {
  const [row] = await newestSeen(db, { ...ref, kind });
  if (row === undefined) return null;
  // Only what stands below writes rows of this kind.
  const observation = row.body as unknown as PlaceObservation;
  return { observation, at: row.at.toISOString(), evidence: row.digest };
}

async function observePlace(
  places: Places,
  row: EnvironmentRow,
  signal: AbortSignal,
): Promise<PlaceObservation> {
  const ref = { integration: row.integration, environment: row.name };
  const { db } = places.database;
  const stable = stableOf(row.routes);
  const running = await runningDeployments(db, row.integration, row.name);
  const ofInterest = running.filter(({ id, state }) => id === stable || state === 'ready');
  // What does not answer within this time is not seen; only who asks can end the look.
  const within = AbortSignal.any([signal, AbortSignal.timeout(lookMs)]);
  const [deployments, edge, residents, freeBytes, monitoring, waysBack] = await Promise.all([
    Promise.all(ofInterest.map((deployment) => lookAtDeployment(places, deployment, { signal, within }))),
    lookAtEdge(places, ref, { signal, within }),
    lookAtResidents(places, ref, signal, within),
    freeBytesAt(places.home.root),
    seenMonitoring(db, row),
    Promise.all(ofInterest.map((deployment) => seenWayBack(places, deployment, stable))),
  ]);
  return {
    v: 1,
    deployments,
    edge: edge.seen,
    edgeUnseen: edge.unseen,
    decidedGeneration: row.generation,
    residents: residents.map(({ component, observation }) => ({ component, ...seenState(observation) })),
    disk: { freeBytes, neededBytes: roomToDeployBytes },
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

async function seenWayBack(places: Places, row: DeploymentRow, stable: string | null): Promise<SeenWayBack> {
  const { id: deployment, integration, environment } = row;
  const { isReady, reasons } =
    deployment === stable
      ? await wayBackNow(places, { integration, environment })
      : await wayBackFrom(places, row);
  return { deployment, isReady, reasons };
}

async function freeBytesAt(path: string): Promise<number | null> {
  try {
    const { bavail, bsize } = await statfs(path);
    return bavail * bsize;
  } catch {
    return null;
  }
}

/** The row that says it: a new one, or the last one while nothing is other than it was. */
async function recorded(
  places: Places,
  { integration, name: environment, routes }: EnvironmentRow,
  observation: PlaceObservation,
): Promise<SeenPlace> {
  const { database, clock } = places;
  const nowMs = clock.now();
  const at = new Date(nowMs).toISOString();
  const last = await lastSeen(places, { integration, environment });
  const isSame =
    last !== null && digestOf(observedContent(last.observation)) === digestOf(observedContent(observation));
  if (last !== null && !isNews({ atMs: Date.parse(last.at), isSame }, nowMs)) {
    return { observation, at, evidence: last.evidence };
  }
  const stable = stableOf(routes);
  const live = stable === null ? null : await findDeployment(database.db, integration, stable);
  const subject = { integration, environment, release: live?.release ?? null, deployment: stable };
  const [digest = null] = await saveEvidence(
    database.db,
    subject,
    [{ kind, body: { ...observation } }],
    new Date(nowMs),
  );
  return { observation, at, evidence: digest };
}
