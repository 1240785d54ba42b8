import { setTimeout as delay } from 'node:timers/promises';

import { stableOf } from '../core/switching/route-table.ts';
import { residentId } from '../core/residents/resident.ts';
import type { ComponentLogLine, DeploymentRef, Target } from '../core/places/target.ts';
import type { EngineParts } from '../engine/parts.ts';
import { residentTarget } from '../engine/residents/resident-target.ts';
import { targetOfDeployment } from '../engine/switching/deployment-life.ts';
import { DeployerError } from '../errors.ts';
import { type DeploymentRow, findDeployment, newestDeployment } from '../store/deployments.ts';
import { findEnvironment } from '../store/environments.ts';
import { residentsIn } from '../store/residents.ts';

export interface ComponentLogQuery {
  readonly integration: string;
  readonly environment: string;
  readonly component: string | null;
  /** Null: the stable one, or the newest when nothing is live. */
  readonly deployment: string | null;
  readonly follow: boolean;
  /** How many lines to begin with; null: all there are. */
  readonly tail: number | null;
}

/** How soon somebody who follows what is live is with the next deployment. */
const lookEveryMs = 1000;

/**
 * What the components of a deployment wrote. Who follows what is live without naming a deployment goes on with the next
 * one after a switch or a rollback, from the moment that it has the users.
 */
export async function* componentLogs(
  parts: EngineParts,
  query: ComponentLogQuery,
  signal: AbortSignal,
): AsyncGenerator<ComponentLogLine> {
  const resident = await residentOf(parts, query);
  if (resident !== null)
    return yield* linesOf(parts, { ref: resident, target: residentTarget(parts) }, query, signal);
  let row = await deploymentOf(parts, query);
  await refuseUnknownComponent(parts, row, query);
  if (!query.follow || query.deployment !== null)
    return yield* linesOf(parts, await logSourceOf(parts, row), query, signal);
  for (let { tail } = query, since = ''; !signal.aborted; tail = null, since = row.state_at.toISOString()) {
    const over = new AbortController();
    const watching = whenReplaced(parts, query, row, AbortSignal.any([signal, over.signal]));
    void watching.then(() => over.abort());
    const until = AbortSignal.any([signal, over.signal]);
    try {
      for await (const line of linesOf(parts, await logSourceOf(parts, row), { ...query, tail }, until))
        if (line.at >= since) yield line;
    } finally {
      over.abort();
    }
    row = await watching;
  }
}

/** What exists once in the environment is asked for by its name: its log goes on over all deployments. */
async function residentOf(
  { database: { db } }: EngineParts,
  { integration, environment, component, deployment }: ComponentLogQuery,
): Promise<DeploymentRef | null> {
  const names = (await residentsIn(db, { integration, environment })).map((row) => row.component);
  const found = names.find((name) => {
    const isNamed = deployment === residentId(environment, name);
    return isNamed ? component === null || component === name : deployment === null && component === name;
  });
  return found === undefined
    ? null
    : { integration, environment, deployment: residentId(environment, found) };
}

/** What wrote the lines, and where it runs. */
interface LogSource {
  readonly ref: DeploymentRef;
  readonly target: Target;
}

async function logSourceOf(parts: EngineParts, row: DeploymentRow): Promise<LogSource> {
  return { ref: row.preparation, target: await targetOfDeployment(parts, row) };
}

async function* linesOf(
  { secrets }: EngineParts,
  { ref, target }: LogSource,
  { component, follow, tail }: Pick<ComponentLogQuery, 'component' | 'follow' | 'tail'>,
  signal: AbortSignal,
): AsyncGenerator<ComponentLogLine> {
  // What was written before a value became a secret is not shown any more either.
  for await (const line of target.logs({ ...ref, component, follow, tail }, signal))
    yield { ...line, line: secrets.known.redact(line.line) };
}

/** Resolves with what is shown instead as soon as it is another one, or with the same one when nobody asks any more. */
async function whenReplaced(
  parts: EngineParts,
  query: ComponentLogQuery,
  shown: DeploymentRow,
  signal: AbortSignal,
): Promise<DeploymentRow> {
  while (!signal.aborted) {
    const now = await deploymentOf(parts, query).catch(() => shown);
    if (now.id !== shown.id) return now;
    await delay(lookEveryMs, undefined, { signal }).catch(() => null);
  }
  return shown;
}

async function refuseUnknownComponent(
  { database: { db } }: EngineParts,
  row: DeploymentRow,
  { integration, environment, component }: ComponentLogQuery,
): Promise<void> {
  const own = row.preparation.components.map(({ name }) => name);
  if (component === null || own.includes(component)) return;
  const residents = (await residentsIn(db, { integration, environment })).map((each) => each.component);
  if (residents.includes(component)) {
    throw new DeployerError('component_not_found', {
      message: `${component} is not part of ${row.id}: it exists once in ${environment}, with one log over all deployments.`,
      hint: `deployer logs ${environment} ${component}`,
      path: 'deployment',
    });
  }
  const names = [...own, ...residents];
  throw new DeployerError('component_not_found', {
    message: `${integration} has no component "${component}".`,
    hint: `Components: ${names.join(', ')}.`,
  });
}

async function deploymentOf(parts: EngineParts, query: ComponentLogQuery): Promise<DeploymentRow> {
  const { db } = parts.database;
  if (query.deployment !== null) return await namedDeployment(parts, query, query.deployment);
  const { routes } = await findEnvironment(db, query.integration, query.environment);
  const stable = stableOf(routes);
  const row =
    stable === null
      ? await newestDeployment(db, query.integration, query.environment)
      : await findDeployment(db, query.integration, stable);
  if (row !== null) return row;
  throw new DeployerError('deployment_not_found', {
    message: `${query.environment} of ${query.integration} has had no deployment yet.`,
    hint: 'deployer ship',
  });
}

async function namedDeployment(
  { database: { db } }: EngineParts,
  { integration, environment }: ComponentLogQuery,
  id: string,
): Promise<DeploymentRow> {
  const row = await findDeployment(db, integration, id);
  if (row.environment === environment) return row;
  throw new DeployerError('deployment_not_found', {
    message: `${id} is a deployment of ${row.environment}, not of ${environment}.`,
    hint: `deployer logs ${row.environment} --deployment ${id}`,
    path: 'deployment',
  });
}
