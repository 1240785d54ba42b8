import type { EdgeRef } from '../../core/switching/edge.ts';
import { isFirstStart } from '../../core/switching/first-start.ts';
import type { DeploymentRef, Observation } from '../../core/places/target.ts';
import { DeployerError } from '../../errors.ts';
import { type LocalPlaces, recordedPlaces } from './recorded-places.ts';

/** How a place looks from outside. */
export interface PlaceHealth {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
  readonly hint: string | null;
}

/** Whether what was started answers. A deployment that has ended is no fault: most have. */
export async function placesHealth(
  places: LocalPlaces,
  root: string,
  signal: AbortSignal,
): Promise<readonly PlaceHealth[]> {
  const recorded = await recordedPlaces(root);
  const edges = await Promise.all(recorded.edges.map((edge) => edgeHealth(places, edge, signal)));
  const deployments = await Promise.all(
    recorded.deployments.map((deployment) => deploymentHealth(places, deployment, signal)),
  );
  // After `stop --all` nothing runs, as was asked for.
  const isStopped = deployments.every(({ runs }) => !runs) && edges.every(({ ok }) => !ok);
  return isStopped ? [] : [...edges, ...deployments.flatMap(({ checks }) => checks)];
}

async function edgeHealth(
  { edges, edgeProcess }: LocalPlaces,
  edge: EdgeRef,
  signal: AbortSignal,
): Promise<PlaceHealth> {
  const name = `edge of ${edge.integration}/${edge.environment}`;
  const seen = await seenOr(edges.observe(edge, signal));
  if (seen instanceof DeployerError) return unseen(name, seen);
  if (seen === null) {
    const hint = 'deployer status   (a running server starts it again)';
    return { name, ok: false, detail: 'it does not run', hint };
  }
  const who = processText(await edgeProcess(edge));
  if (seen.readyWorkers === 0) {
    const hint = 'deployer status   (a running server starts it again, when that lasts)';
    return { name, ok: false, detail: `${who}none of its workers can serve`, hint };
  }
  return { name, ok: true, detail: `${who}generation ${seen.generation}`, hint: null };
}

interface DeploymentHealth {
  readonly runs: boolean;
  readonly checks: readonly PlaceHealth[];
}

async function deploymentHealth(
  { processes }: LocalPlaces,
  deployment: DeploymentRef,
  signal: AbortSignal,
): Promise<DeploymentHealth> {
  const name = `${deployment.integration}/${deployment.deployment}`;
  const seen = await seenOr(processes.observe(deployment, signal));
  if (seen instanceof DeployerError) return { runs: true, checks: [unseen(name, seen)] };
  const supervisor = await processes.supervisor(deployment);
  if (seen.state === 'absent') {
    if (supervisor === null || supervisor.isRunning) return { runs: supervisor !== null, checks: [] };
    const detail = `its supervisor (process ${supervisor.pid}) is gone, and its components with it`;
    const hint = 'deployer status   (a running server starts it again)';
    return { runs: false, checks: [{ name, ok: false, detail, hint }] };
  }
  const ok = seen.state === 'ready' || seen.state === 'starting' || isFirstStart(seen);
  const hint = ok ? null : `deployer logs ${deployment.environment} --integration ${deployment.integration}`;
  const detail = `${processText(supervisor)}${stateText(seen)}`;
  const wide = (await processes.wideListeners(deployment, signal)).map(({ component, address }) => ({
    name: `${name} ${component}`,
    ok: false,
    detail: `it listens on ${address}, beyond this machine`,
    hint: 'Let it listen on HOST, which is 127.0.0.1: the edge is what others reach.',
  }));
  return { runs: true, checks: [{ name, ok, detail, hint }, ...wide] };
}

/** Whether it is live or warm is for `status` to say. */
function stateText({ state, reason }: Observation): string {
  return reason ?? (state === 'ready' ? 'its components are ready' : state);
}

function processText(recorded: { readonly pid: number } | null): string {
  return recorded === null ? '' : `process ${recorded.pid}, `;
}

/** What hangs or is damaged is a finding of its own, and keeps nothing else from being looked at. */
async function seenOr<T>(seen: Promise<T>): Promise<T | DeployerError> {
  try {
    return await seen;
  } catch (error) {
    if (error instanceof DeployerError) return error;
    throw error;
  }
}

function unseen(name: string, { message }: DeployerError): PlaceHealth {
  return { name, ok: false, detail: message, hint: 'deployer status   (a running server mends what it can)' };
}
