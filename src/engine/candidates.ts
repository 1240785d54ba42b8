import { configurationOf } from '../core/configuration.ts';
import { type DeploymentState, occupiesPlace } from '../core/deployment.ts';
import type { EnvironmentDefinition } from '../core/integration.ts';
import { stableOf, withoutPreview, withPreview } from '../core/route-table.ts';
import type { CandidateFacts } from '../core/step.ts';
import type { CandidateRequest, Candidates } from '../core/switcher.ts';
import type { PreparedComponent, Target } from '../core/target.ts';
import { DeployerError } from '../errors.ts';
import { digestOf } from '../lib/canonical-json.ts';
import type { Transaction } from '../store/database.ts';
import {
  candidateOf,
  changeState,
  type DeploymentRow,
  findDeployment,
  insertDeployment,
  runningDeployments,
  setPreviewPort,
} from '../store/deployments.ts';
import { configurationByDigest, saveConfiguration, savePolicy } from '../store/digested.ts';
import { lockEnvironment, saveRoutes, takeDeploymentNumber } from '../store/environments.ts';
import { json } from '../store/json.ts';
import type { ReleaseRow } from '../store/releases.ts';
import { findRun, type RunRow } from '../store/runs.ts';
import { edgeInForce } from './edge-of-environment.ts';
import type { Places } from './parts.ts';
import { pushRoutes } from './routes.ts';
import { environmentIn, refuseHeld, releaseOfRun } from './subjects.ts';

/** Makes deployments, brings them up and gives each a preview. */
export function candidates(places: Places): Candidates {
  return {
    async prepare(request, signal) {
      const row = await places.database.transaction((transaction) =>
        recordCandidate(transaction, places, request),
      );
      return candidateFacts(await bringUp(places, row, signal));
    },
    async prepareTwin(of, signal) {
      const row = await places.database.transaction(async (transaction) => {
        const original = await findDeployment(transaction.db, of.integration, of.deployment);
        const running = await runningDeployments(transaction.db, of.integration, of.environment);
        // Made before a crash: one twin is enough.
        const known = running.find((candidate) => isTwin(candidate, original));
        if (known !== undefined) return known;
        return await recordCopy(transaction, original, { run: null, replaces: original.id });
      });
      return candidateFacts(await bringUp(places, row, signal));
    },
    async discard(deployment, reason, signal) {
      const row = await findDeployment(places.database.db, deployment.integration, deployment.deployment);
      await discardDeployment(places, row, reason, signal);
    },
  };
}

export function candidateFacts(row: DeploymentRow): CandidateFacts {
  return {
    integration: row.integration,
    environment: row.environment,
    deployment: row.id,
    previewUrl: row.preview_port === null ? '' : `https://127.0.0.1:${row.preview_port}`,
  };
}

function targetOf(places: Pick<Places, 'targets'>, kind: EnvironmentDefinition['target']): Target {
  const target = places.targets[kind];
  if (target !== undefined) return target;
  throw new DeployerError('not_built', {
    message: `This version does not deploy to ${kind} yet.`,
    hint: 'Use `target: process`.',
  });
}

/** What is seen of a recorded deployment at its place. */
export function observeDeployment(places: Places): Target['observe'] {
  return async (deployment, signal) => {
    const row = await findDeployment(places.database.db, deployment.integration, deployment.deployment);
    return await (await targetOfDeployment(places, row)).observe(deployment, signal);
  };
}

/** The target on which a recorded deployment runs. */
export async function targetOfDeployment(places: Places, row: DeploymentRow): Promise<Target> {
  const { target } = await configurationByDigest(places.database.db, row.configuration);
  return targetOf(places, target);
}

async function recordCandidate(
  { db }: Transaction,
  places: Places,
  request: CandidateRequest,
): Promise<DeploymentRow> {
  const run = await findRun(db, request.run.id);
  const known = await candidateOf(db, run.id, request.environment);
  if (known !== null && (known.state === 'preparing' || known.state === 'ready')) return known;
  const release = await releaseOfRun(db, run);
  await refuseHeld(db, release, [request.environment]);
  const row = await lockEnvironment(db, run.integration, request.environment);
  const environment = environmentIn(run.definition, request.environment);
  const configuration = configurationOf(environment);
  const configurationDigest = digestOf(configuration);
  await saveConfiguration(db, configurationDigest, configuration);
  const policy = digestOf(environment.policy);
  await savePolicy(db, policy, environment.policy);
  const id = `${environment.name}-${await takeDeploymentNumber(db, run.integration, environment.name)}`;
  const now = new Date();
  return await insertDeployment(db, {
    integration: run.integration,
    id,
    environment: environment.name,
    release: release.id,
    configuration: configurationDigest,
    policy,
    preparation: json({
      integration: run.integration,
      environment: environment.name,
      deployment: id,
      release: release.id,
      components: preparedComponents(release, environment),
      baseEnv: baseEnvOf(run, places.nodeFolder),
    }),
    state: 'preparing',
    reason: null,
    run: run.id,
    replaces: stableOf(row.routes),
    preview_port: null,
    created_at: now,
    state_at: now,
    warm_until: null,
  });
}

/** PATH, HOME, LANG and TMPDIR as the person had them who shipped; `runtimes.node` puts Deployer's Node first. */
function baseEnvOf(run: RunRow, nodeFolder: string): Readonly<Record<string, string>> {
  const kept = Object.entries(run.env).filter(([name]) => ['PATH', 'HOME', 'LANG', 'TMPDIR'].includes(name));
  const env = Object.fromEntries(kept);
  if (run.definition.nodeVersion === null) return env;
  return { ...env, PATH: [nodeFolder, env['PATH']].filter((part) => part !== undefined).join(':') };
}

function preparedComponents(
  release: ReleaseRow,
  environment: EnvironmentDefinition,
): readonly PreparedComponent[] {
  return release.definition.components.map((component) => {
    const artifact = release.manifest.artifacts[component.name];
    const shape = environment.shapes[component.name];
    if (artifact === undefined || shape === undefined)
      throw new Error(`no artifact or shape of ${component.name}`);
    return { ...component, artifact, shape };
  });
}

/** A new deployment with the frozen inputs of another: what a cold rollback and a rehearsal bring up. */
export async function recordCopy(
  { db }: Transaction,
  original: DeploymentRow,
  origin: { readonly run: string | null; readonly replaces: string | null },
): Promise<DeploymentRow> {
  const number = await takeDeploymentNumber(db, original.integration, original.environment);
  const id = `${original.environment}-${number}`;
  const now = new Date();
  return await insertDeployment(db, {
    integration: original.integration,
    id,
    environment: original.environment,
    release: original.release,
    configuration: original.configuration,
    policy: original.policy,
    preparation: json({ ...original.preparation, deployment: id }),
    state: 'preparing',
    reason: null,
    run: origin.run,
    replaces: origin.replaces,
    preview_port: null,
    created_at: now,
    state_at: now,
    warm_until: null,
  });
}

/** Whether a deployment is the second one of a rehearsal: made by no run, of what the original is, in its place. */
export function isTwin(row: DeploymentRow, original: DeploymentRow): boolean {
  return row.run === null && row.replaces === original.id && row.release === original.release;
}

/** Starts a recorded deployment until it is ready, and opens its preview. */
export async function bringUp(
  places: Places,
  row: DeploymentRow,
  signal: AbortSignal,
): Promise<DeploymentRow> {
  const target = await targetOfDeployment(places, row);
  await target.prepare(row.preparation, signal);
  const { edge } = await configurationByDigest(places.database.db, row.configuration);
  await edgeInForce(places, row, edge);
  if (row.preview_port === null) {
    const port = await places.edges.freePort(signal);
    await places.database.transaction(async ({ db }) => {
      const environment = await lockEnvironment(db, row.integration, row.environment);
      await saveRoutes(db, environment, withPreview(environment.routes, row.id, port));
      await setPreviewPort(db, row, port);
    });
  }
  await pushRoutes(places, row, signal);
  if (row.state === 'preparing') {
    await places.database.transaction(({ db }) => changeState(db, row, { state: 'ready' }));
  }
  return await findDeployment(places.database.db, row.integration, row.id);
}

/**
 * Ends a deployment that takes no traffic and never did, or no longer may: its preview closes, its processes end. One
 * that had traffic is draining from the first moment, so that nobody takes its end for a loss and restores it.
 */
export async function discardDeployment(
  places: Places,
  row: DeploymentRow,
  reason: string,
  signal: AbortSignal,
): Promise<void> {
  const { state } = await findDeployment(places.database.db, row.integration, row.id);
  if (!occupiesPlace(state)) return;
  const hadTraffic = state !== 'preparing' && state !== 'ready';
  const become = (next: DeploymentState): Promise<void> =>
    places.database.transaction(({ db }) => changeState(db, row, { state: next, reason }));
  if (hadTraffic) await become('draining');
  await closePreview(places, row, signal);
  const target = await targetOfDeployment(places, row);
  await target.retire(row.preparation, signal);
  await become(hadTraffic ? 'retired' : 'failed');
}

export async function closePreview(places: Places, row: DeploymentRow, signal: AbortSignal): Promise<void> {
  const hadPreview = await places.database.transaction(async ({ db }) => {
    const environment = await lockEnvironment(db, row.integration, row.environment);
    if (environment.routes.previews[row.id] === undefined) return false;
    await saveRoutes(db, environment, withoutPreview(environment.routes, row.id));
    await setPreviewPort(db, row, null);
    return true;
  });
  if (hadPreview) await pushRoutes(places, row, signal);
}
