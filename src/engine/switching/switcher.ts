import { type Clock, dateOf } from '../../core/clock.ts';
import { unfitToSwitch } from '../../core/switching/fit-to-switch.ts';
import { stableOf, withStable } from '../../core/switching/route-table.ts';
import type { SwitchRequest, SwitchResult, Switcher } from '../../core/switching/switcher.ts';
import { DeployerError } from '../../errors.ts';
import { reach } from '../../lib/named-point.ts';
import { writeAudit } from '../../store/audit.ts';
import type { Transaction } from '../../store/database.ts';
import {
  changeState,
  type DeploymentRow,
  findDeployment,
  runningDeployments,
} from '../../store/deployments.ts';
import { policyByDigest } from '../../store/digested.ts';
import { findEnvironment, lockEnvironment, saveRoutes } from '../../store/environments.ts';
import { insertHold } from '../../store/holds.ts';
import { releaseById } from '../../store/releases.ts';
import { insertSwitch } from '../../store/switches.ts';
import type { Places } from '../parts.ts';
import { tellRolledBack } from '../monitoring/tell.ts';
import { refuseHeld } from '../subjects.ts';
import { targetOfDeployment } from './deployment-life.ts';
import { edgeOfDeployment } from './edge-of-environment.ts';
import { pushRoutes } from './routes.ts';

/**
 * The switch. First the decision is written (new table, states, audit; one transaction), then the edge is told, then
 * the workers are handed over. Whatever stops it in between, convergence finishes what was decided.
 */
export function switcher(places: Places): Switcher {
  return {
    async switchTo(request, signal) {
      const startedAt = performance.now();
      if (request.to !== null) await useEdgeOf(places, request);
      if (request.cause === 'ship') await refuseUnfit(places, request, signal);
      const decided = await places.database.transaction((transaction) =>
        decideSwitch(transaction, places, request),
      );
      await reach('traffic: decided');
      await pushRoutes(places, request, signal);
      const switchMs = performance.now() - startedAt;
      await reach('traffic: edge told');
      const handOverAt = performance.now();
      await handOver(places, request, decided, signal);
      const workersMs = decided.hasWorkers ? performance.now() - handOverAt : 0;
      return { generation: decided.generation, switchMs, workersMs } satisfies SwitchResult;
    },
  };
}

/** The edge takes the settings of the new stable deployment first: if it cannot, nothing has changed. */
async function useEdgeOf(places: Places, { integration, from, to }: SwitchRequest): Promise<void> {
  const { db } = places.database;
  const next = await findDeployment(db, integration, to ?? '');
  const now = from === null ? null : await findDeployment(db, integration, from);
  if (now?.configuration !== next.configuration) await edgeOfDeployment(places, next);
}

/** What was ready when it was prepared need not be so any more: users stay where they are. */
async function refuseUnfit(places: Places, request: SwitchRequest, signal: AbortSignal): Promise<void> {
  const { integration, environment, to } = request;
  const { db } = places.database;
  const { routes } = await findEnvironment(db, integration, environment);
  // Done before a crash: it is for the watch to say what becomes of users who are there.
  if (to === null || stableOf(routes) === to) return;
  const row = await findDeployment(db, integration, to);
  const unfit = unfitToSwitch(await (await targetOfDeployment(places, row)).observe(row.preparation, signal));
  if (unfit === null) return;
  const component = unfit.component === null ? '' : ` ${unfit.component}`;
  throw new DeployerError('component_not_ready', {
    message: `${to} ${unfit.says}.`,
    hint: `deployer logs ${environment}${component} --deployment ${to}`,
  });
}

interface DecidedSwitch {
  readonly generation: number;
  readonly from: DeploymentRow | null;
  readonly to: DeploymentRow | null;
  readonly hasWorkers: boolean;
}

/** Writes the switch down; called again after a crash it finds it done. */
async function decideSwitch(
  { db }: Transaction,
  { clock, steady }: Places,
  request: SwitchRequest,
): Promise<DecidedSwitch> {
  const environment = await lockEnvironment(db, request.integration, request.environment);
  const stable = stableOf(environment.routes);
  const find = async (id: string | null): Promise<DeploymentRow | null> =>
    id === null ? null : await findDeployment(db, request.integration, id);
  const from = await find(request.from);
  const to = await find(request.to);
  const hasWorkers = [from, to].some((row) => row !== null && hasWorkerComponents(row));
  if (stable === request.to) return { generation: environment.generation, from, to, hasWorkers };
  if (environment.holder !== request.holder) {
    throw new DeployerError('route_stale', {
      message: `${environment.name} is being changed by ${environment.holder ?? 'nobody'}, not by ${request.holder}.`,
      hint: 'deployer status',
    });
  }
  if (stable !== request.from) {
    throw new DeployerError('route_stale', {
      message: `${environment.name} was to switch from ${request.from ?? 'nothing'}, but ${stable ?? 'nothing'} is stable.`,
      hint: 'deployer status',
    });
  }
  // A hold that was put on it since it was prepared counts.
  if (request.cause === 'ship' && to !== null)
    await refuseHeld(db, await releaseById(db, to.release), [environment.name]);
  const routes = withStable(environment.routes, request.to);
  await saveRoutes(db, environment, routes);
  if (to !== null) await changeState(db, to, { state: 'live' });
  if (from !== null)
    await changeState(
      db,
      from,
      request.drains === undefined
        ? { state: 'warm', warmUntil: await warmUntil(db, from, to, steady.now()) }
        : { state: 'draining', ...request.drains },
    );
  await insertSwitch(db, {
    integration: request.integration,
    environment: environment.name,
    generation: routes.generation,
    from: request.from,
    to: request.to,
    cause: request.cause,
    run: request.run,
    identity: request.by.identity,
    at: dateOf(clock),
  });
  await writeAudit(db, {
    integration: request.integration,
    actor: request.by,
    action: 'switch',
    subject: environment.name,
    detail: {
      cause: request.cause,
      run: request.run,
      from: request.from,
      to: request.to,
      fromRelease: from?.release ?? null,
      toRelease: to?.release ?? null,
      generation: routes.generation,
    },
  });
  if (request.cause === 'rollback')
    await recordRollback(db, clock, request, { from, to, generation: routes.generation });
  return { generation: routes.generation, from, to, hasWorkers };
}

/** With the decision, or not at all: whoever finds users moved back finds the release on hold that they left. */
async function recordRollback(
  db: Transaction['db'],
  clock: Clock,
  { integration, environment, by, reason }: SwitchRequest,
  { from, to, generation }: Pick<DecidedSwitch, 'from' | 'to' | 'generation'>,
): Promise<void> {
  const detail = { from: from?.id ?? null, to: to?.id ?? null, reason, release: to?.release ?? null };
  await writeAudit(db, { integration, actor: by, action: 'rollback', subject: environment, detail });
  if (from === null) return;
  const goes = `${by.identity} went back from ${from.id} to ${to?.id ?? 'nothing'}`;
  const why = reason === null ? '' : `: ${reason}`;
  const told = { integration, environment, from: from.id, generation, nowMs: clock.now() };
  await tellRolledBack(db, { ...told, says: `${goes}${why}` });
  if (from.release === to?.release) return;
  const hold = { environment, reason: reason ?? `left for ${to?.id ?? 'nothing'} by ${by.identity}`, by };
  await insertHold(db, await releaseById(db, from.release), hold);
}

/** The longer of what was in force and of what the one that takes over says: a commit does not take the way back. */
async function warmUntil(
  db: Transaction['db'],
  from: DeploymentRow,
  to: DeploymentRow | null,
  nowMs: number,
): Promise<Date> {
  const { policy, judged_by: judgedBy } = to ?? from;
  const policies = [await policyByDigest(db, policy), await policyByDigest(db, judgedBy)];
  const keepPreviousMs = Math.max(...policies.map((each) => each.keepPreviousMs));
  return new Date(nowMs + keepPreviousMs);
}

/**
 * Work that takes messages is done by one deployment at a time: others end first, unless they may overlap. Not only the
 * one that users leave: an earlier hand-over may have been cut off before its own had ended.
 */
async function handOver(
  places: Places,
  { integration, environment }: SwitchRequest,
  { to }: DecidedSwitch,
  signal: AbortSignal,
): Promise<void> {
  const running = await runningDeployments(places.database.db, integration, environment);
  const others = running.filter((row) => row.id !== to?.id && hasWorkerComponents(row));
  const stop = async (): Promise<void> => {
    await Promise.all(
      others.map(async (row) => {
        await (await targetOfDeployment(places, row)).stopWorkers(row.preparation, signal);
      }),
    );
    await reach('traffic: workers stopped');
  };
  const start = async (): Promise<void> => {
    if (to !== null && hasWorkerComponents(to)) {
      await (await targetOfDeployment(places, to)).startWorkers(to.preparation, signal);
      await reach('traffic: workers started');
    }
  };
  const workers = to?.preparation.components.filter(isWorker) ?? [];
  const overlaps = workers.length > 0 && workers.every(({ overlap }) => overlap);
  if (overlaps) {
    await start();
    await stop();
  } else {
    await stop();
    await start();
  }
}

export function hasWorkerComponents(row: DeploymentRow): boolean {
  return workerNames(row).length > 0;
}

/** The components that work only while their deployment is stable. */
export function workerNames(row: DeploymentRow): readonly string[] {
  return row.preparation.components.filter(isWorker).map(({ name }) => name);
}

function isWorker(component: { readonly activation: string }): boolean {
  return component.activation === 'when-live';
}
