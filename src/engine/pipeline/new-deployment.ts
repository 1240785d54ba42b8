import { dateOf } from '../../core/clock.ts';
import { configurationOf, withSecrets } from '../../core/configuration/configuration.ts';
import { environmentIn } from '../../core/definition/environment-in.ts';
import type { Component, EnvironmentDefinition } from '../../core/definition/integration.ts';
import { deployedOf } from '../../core/residents/resident.ts';
import { stableOf } from '../../core/switching/route-table.ts';
import { replaced, withoutVersions } from '../../core/secrets/secret-reference.ts';
import type { Pins, Substitution } from '../../core/secrets/secrets.ts';
import type { CandidateRequest } from '../../core/switching/switcher.ts';
import type { PreparedComponent } from '../../core/places/target.ts';
import { digestOf } from '../../lib/canonical-json.ts';
import type { Transaction } from '../../store/database.ts';
import { candidateOf, type DeploymentRow, insertDeployment } from '../../store/deployments.ts';
import { configurationByDigest, saveConfiguration, savePolicy } from '../../store/digested.ts';
import { lockEnvironment, takeDeploymentNumber } from '../../store/environments.ts';
import { json } from '../../store/json.ts';
import type { ReleaseRow } from '../../store/releases.ts';
import { findRun, type RunRow } from '../../store/runs.ts';
import type { Places } from '../parts.ts';
import { residentUrls } from '../residents/resident-urls.ts';
import { refuseHeld, releaseOfRun } from '../subjects.ts';
import { judgingAt } from './policy-in-force.ts';
import { auditSubstitutions, usedInstead } from './supplied-secrets.ts';

/**
 * The candidate of a run in an environment, with everything that brings it up frozen; once per run and attempt.
 *
 * @param frozen the versions of its secrets, and the one-way migrations that its release knows
 */
export async function recordCandidate(
  { db }: Transaction,
  places: Places,
  request: CandidateRequest,
  { pins, knows }: { readonly pins: Pins; readonly knows: readonly string[] },
): Promise<DeploymentRow> {
  const run = await findRun(db, request.run.id);
  const known = await candidateOf(db, run.id, request.environment);
  if (known !== null && (known.state === 'preparing' || known.state === 'ready')) return known;
  const release = await releaseOfRun(db, run);
  await refuseHeld(db, release, [request.environment]);
  const row = await lockEnvironment(db, run.integration, request.environment);
  const environment = environmentIn(run.definition, request.environment);
  const configuration = configurationOf(environment, pins);
  const configurationDigest = digestOf(configuration);
  await saveConfiguration(db, configurationDigest, configuration);
  const policy = digestOf(environment.policy);
  await savePolicy(db, policy, environment.policy);
  const judging = await judgingAt(db, run, { kind: 'prepare', environment: environment.name });
  await savePolicy(db, judging.digest, judging.policy);
  const urls = await residentUrls(
    db,
    { integration: run.integration, environment: environment.name },
    release,
  );
  const id = `${environment.name}-${await takeDeploymentNumber(db, run.integration, environment.name)}`;
  return await insertDeployment(db, {
    ...justMade(dateOf(places.clock)),
    integration: run.integration,
    id,
    environment: environment.name,
    release: release.id,
    configuration: configurationDigest,
    policy,
    judged_by: judging.digest,
    knows: json(knows),
    preparation: json({
      integration: run.integration,
      environment: environment.name,
      deployment: id,
      release: release.id,
      components: preparedComponents(
        release,
        deployedOf(release.definition.components),
        configuration.components,
      ),
      baseEnv: baseEnvOf(run, places.nodeFolder),
      ...(Object.keys(urls).length === 0 ? {} : { urls }),
    }),
    run: run.id,
    replaces: stableOf(row.routes),
  });
}

/** PATH, HOME, LANG and TMPDIR as the person had them who shipped; `runtimes.node` puts Deployer's Node first. */
export function baseEnvOf(run: RunRow, nodeFolder: string): Readonly<Record<string, string>> {
  const kept = Object.entries(run.env).filter(([name]) => ['PATH', 'HOME', 'LANG', 'TMPDIR'].includes(name));
  const env = Object.fromEntries(kept);
  if (run.definition.nodeVersion === null) return env;
  return { ...env, PATH: [nodeFolder, env['PATH']].filter((part) => part !== undefined).join(':') };
}

export function preparedComponents(
  release: ReleaseRow,
  components: readonly Component[],
  shapes: EnvironmentDefinition['shapes'],
): readonly PreparedComponent[] {
  return components.map((component) => {
    const artifact = release.manifest.artifacts[component.name];
    const shape = shapes[component.name];
    if (artifact === undefined || shape === undefined)
      throw new Error(`no artifact or shape of ${component.name}`);
    return { ...component, artifact, shape };
  });
}

export interface CopyOrigin {
  readonly replaces: string | null;
  /** Versions of secrets that were revoked since the original was made: the copy has others in their place. */
  readonly substituted: readonly Substitution[];
}

/** A new deployment with the frozen inputs of another: what a cold rollback and a rehearsal bring up. */
export async function recordCopy(
  { clock }: Pick<Places, 'clock'>,
  { db }: Transaction,
  original: DeploymentRow,
  { replaces, substituted }: CopyOrigin,
): Promise<DeploymentRow> {
  const used = usedInstead(substituted);
  const frozen = await configurationByDigest(db, original.configuration);
  const configuration = { ...frozen, components: withSecrets(frozen.components, used) };
  const digest = digestOf(configuration);
  await saveConfiguration(db, digest, configuration);
  const number = await takeDeploymentNumber(db, original.integration, original.environment);
  const id = `${original.environment}-${number}`;
  await auditSubstitutions(db, { integration: original.integration, deployment: id }, substituted);
  const components = original.preparation.components.map((component) => ({
    ...component,
    shape: { ...component.shape, env: replaced(component.shape.env, used) },
  }));
  return await insertDeployment(db, {
    ...justMade(dateOf(clock)),
    integration: original.integration,
    id,
    environment: original.environment,
    release: original.release,
    configuration: digest,
    policy: original.policy,
    judged_by: original.judged_by,
    // The same release, whatever has run since: a copy knows no more for having been made later.
    knows: json(original.knows),
    preparation: json({ ...original.preparation, deployment: id, components }),
    run: null,
    replaces,
  });
}

/** What every deployment begins with. */
function justMade(now: Date) {
  return {
    state: 'preparing' as const,
    reason: null,
    preview_port: null,
    created_at: now,
    state_at: now,
    warm_until: null,
  };
}

/** Whether a deployment was made by `recordCopy` of another one; versions of secrets may differ. */
export function isCopyOf(row: DeploymentRow, original: DeploymentRow): boolean {
  return row.run === null && row.release === original.release && inputsOf(row) === inputsOf(original);
}

function inputsOf({ preparation }: DeploymentRow): string {
  return digestOf(
    preparation.components.map(({ name, artifact, shape }) => ({
      name,
      artifact,
      shape: { ...shape, env: withoutVersions(shape.env) },
    })),
  );
}

/** Whether a deployment is the second one of a rehearsal: made by no run, of what the original is, in its place. */
export function isTwin(row: DeploymentRow, original: DeploymentRow): boolean {
  return row.run === null && row.replaces === original.id && row.release === original.release;
}
