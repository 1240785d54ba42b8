import type { CellFacts } from '../../core/checklist/facts.ts';
import { environmentIn } from '../../core/definition/environment-in.ts';
import type { Policy } from '../../core/definition/integration.ts';
import { stableOf } from '../../core/switching/route-table.ts';
import { type DeploymentRow, findDeployment } from '../../store/deployments.ts';
import { deploymentsOfRelease } from '../../store/of-release.ts';
import { policyByDigest } from '../../store/digested.ts';
import { type EnvironmentRow, findEnvironment } from '../../store/environments.ts';
import { definitionOf } from '../../store/integrations.ts';
import { releaseById, type ReleaseRow } from '../../store/releases.ts';
import { findRun, type RunRow } from '../../store/runs.ts';
import type { Places } from '../parts.ts';
import { judgingNow } from '../pipeline/policy-in-force.ts';
import { countedWaivers } from '../pipeline/waived-gate.ts';
import { type PlaceObserver, placeObserver } from './place-observer.ts';
import { monitoringFactsOf } from './monitoring-facts.ts';
import { decisionFacts, deploymentFacts, secretFacts, wayBackFrom, wayBackOf } from './place-facts.ts';
import { goOnIn, type ReleaseKnown, releaseKnown } from './release-facts.ts';

export interface ChecklistAsked {
  readonly integration: string;
  readonly release: ReleaseRow | null;
  /** The only one that is asked for. @default each one */
  readonly environment?: string;
  /** Of a request that looks for other reasons as well. @default its own */
  readonly observer?: PlaceObserver;
}

/** What the checklist of a release knows, an element for each environment in promotion order. */
export async function checklistFacts(
  places: Places,
  { integration, release, environment, observer = placeObserver(places) }: ChecklistAsked,
): Promise<readonly CellFacts[]> {
  const { db } = places.database;
  const known = await releaseKnown(db, release, await definitionOf(db, integration));
  const policies = await judgingNow(db, known.definition);
  const asked = known.definition.environments.filter(({ name }) => name === (environment ?? name));
  return await Promise.all(
    asked.map(async ({ name, policy: own }) => {
      const row = await findEnvironment(db, integration, name);
      const stable = stableOf(row.routes);
      const deployment = release === null ? null : await deploymentIn(places, release, { row, stable });
      const isStable = deployment !== null && deployment.id === stable;
      // What is live was judged by what was in force before it.
      const policy = isStable ? await policyByDigest(db, deployment.judged_by) : policies.get(name)?.policy;
      return await cellFacts(places, known, {
        observer,
        row,
        deployment,
        stable,
        policy: policy ?? own,
        judges: 'now',
        goOn: goOnIn(known, name),
        waivers: await waiversHere(places, known, deployment),
      });
    }),
  );
}

/** What the checklist knows of what a run is about to give to the users of an environment. */
export async function factsBeforeSwitch(
  places: Places,
  run: RunRow,
  { candidate, policy }: { readonly candidate: DeploymentRow; readonly policy: Policy },
  signal?: AbortSignal,
): Promise<CellFacts> {
  const { db } = places.database;
  const release = await releaseById(db, candidate.release);
  const row = await findEnvironment(db, run.integration, candidate.environment);
  const known = await releaseKnown(db, release, run.definition);
  return await cellFacts(places, known, {
    observer: placeObserver(places, signal),
    row,
    deployment: candidate,
    stable: stableOf(row.routes),
    policy,
    judges: 'before-switch',
    goOn: `deployer retry ${run.id}`,
    waivers: await countedWaivers(db, run, known.waivers),
  });
}

/** Those that count for the run which brought it here, or would. */
async function waiversHere(
  { database: { db } }: Places,
  { waivers, openRun }: ReleaseKnown,
  deployment: DeploymentRow | null,
): Promise<CellFacts['waivers']> {
  const run = deployment?.run ?? openRun?.id ?? null;
  if (run === null || waivers.length === 0) return waivers;
  return await countedWaivers(db, await findRun(db, run), waivers);
}

interface Here extends Pick<CellFacts, 'judges' | 'goOn' | 'waivers'> {
  readonly observer: PlaceObserver;
  readonly row: EnvironmentRow;
  readonly deployment: DeploymentRow | null;
  readonly stable: string | null;
  readonly policy: Policy;
}

async function cellFacts(places: Places, known: ReleaseKnown, here: Here): Promise<CellFacts> {
  const { observer, row, deployment, stable, policy, judges, goOn, waivers } = here;
  const { definition, release, stages, documentation, rows } = known;
  const { integration, name } = row;
  const environment = { ...environmentIn(definition, name), policy };
  const running = deployment !== null && deployment.id === stable ? deployment : null;
  const [place, wayBack, secrets, decisions, monitoring, besideRelease] = await Promise.all([
    observer.place(row),
    wayBackIn(places, here),
    secretFacts(places, { key: integration, environment, running }),
    decisionFacts(places, rows, name),
    monitoringFactsOf(places, row, definition),
    componentsBeside(places, here),
  ]);
  return {
    judges,
    definition,
    environment,
    release,
    deployment: deployment === null ? null : deploymentFacts(deployment, stable),
    besideRelease,
    stages,
    decisions,
    place,
    secrets,
    wayBack,
    documentation,
    monitoring,
    waivers,
    goOn,
    nowMs: places.clock.now(),
  };
}

/** Of the deployment that a release stands beside in a switch; none: it has the users itself, or nobody has. */
async function componentsBeside(
  { database: { db } }: Places,
  { row, deployment, stable }: Here,
): Promise<CellFacts['besideRelease']> {
  if (stable === null || stable === deployment?.id) return [];
  return (await findDeployment(db, row.integration, stable)).preparation.components;
}

/** From what the users have, or are about to get; null: they have something else. */
async function wayBackIn(
  places: Places,
  { judges, observer, row, deployment, stable }: Here,
): Promise<CellFacts['wayBack']> {
  if (deployment === null) return null;
  if (judges === 'before-switch') return await wayBackFrom(places, deployment);
  return deployment.id === stable ? wayBackOf(await observer.rollback(row)) : null;
}

/** Of a release in an environment: what the users have, else what is about to get them, else the newest. */
async function deploymentIn(
  { database: { db } }: Places,
  release: ReleaseRow,
  { row, stable }: Pick<Here, 'row' | 'stable'>,
): Promise<DeploymentRow | null> {
  const deployments = await deploymentsOfRelease(db, release.id, row.name);
  const standing = deployments.filter(({ state }) => state !== 'failed');
  return standing.find(({ id }) => id === stable) ?? standing[0] ?? null;
}
