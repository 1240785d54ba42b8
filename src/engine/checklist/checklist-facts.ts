import type { CellFacts } from '../../core/checklist/facts.ts';
import { environmentIn } from '../../core/environment-in.ts';
import type { Policy } from '../../core/integration.ts';
import { stableOf } from '../../core/route-table.ts';
import type { DeploymentRow } from '../../store/deployments.ts';
import { deploymentsOfRelease } from '../../store/of-release.ts';
import { policyByDigest } from '../../store/digested.ts';
import { type EnvironmentRow, findEnvironment } from '../../store/environments.ts';
import { definitionOf } from '../../store/integrations.ts';
import { releaseById, type ReleaseRow } from '../../store/releases.ts';
import { findRun, type RunRow } from '../../store/runs.ts';
import type { Places } from '../parts.ts';
import { judgingNow } from '../pipeline/policy-in-force.ts';
import { countedWaivers } from '../pipeline/waived-gate.ts';
import { monitoringFactsOf } from './monitoring-facts.ts';
import { lookAtPlace } from './observe-place.ts';
import { decisionFacts, deploymentFacts, secretFacts, wayBackFrom, wayBackNow } from './place-facts.ts';
import { goOnIn, type ReleaseKnown, releaseKnown } from './release-facts.ts';

/** What the checklist of a release knows, an element for each environment in promotion order. */
export async function checklistFacts(
  places: Places,
  { integration, release }: { readonly integration: string; readonly release: ReleaseRow | null },
): Promise<readonly CellFacts[]> {
  const { db } = places.database;
  const known = await releaseKnown(db, release, await definitionOf(db, integration));
  const policies = await judgingNow(db, known.definition);
  return await Promise.all(
    known.definition.environments.map(async ({ name, policy: own }) => {
      const row = await findEnvironment(db, integration, name);
      const stable = stableOf(row.routes);
      const deployment = release === null ? null : await deploymentIn(places, release, { row, stable });
      const isStable = deployment !== null && deployment.id === stable;
      // What is live was judged by what was in force before it.
      const policy = isStable ? await policyByDigest(db, deployment.judged_by) : policies.get(name)?.policy;
      return await cellFacts(places, known, {
        row,
        deployment,
        stable,
        policy: policy ?? own,
        judges: 'now',
        wayBack: isStable ? await wayBackNow(places, { integration, environment: name }) : null,
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
    signal,
    row,
    deployment: candidate,
    stable: stableOf(row.routes),
    policy,
    judges: 'before-switch',
    wayBack: await wayBackFrom(places, candidate),
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

interface Here extends Pick<CellFacts, 'judges' | 'wayBack' | 'goOn' | 'waivers'> {
  readonly row: EnvironmentRow;
  readonly deployment: DeploymentRow | null;
  readonly stable: string | null;
  readonly policy: Policy;
  /** Of who asks; left out: only each look has its time. */
  readonly signal?: AbortSignal | undefined;
}

async function cellFacts(places: Places, known: ReleaseKnown, here: Here): Promise<CellFacts> {
  const { row, deployment, stable, policy, judges, wayBack, goOn, waivers } = here;
  const { definition, release, stages, documentation, rows } = known;
  const { integration, name } = row;
  const environment = { ...environmentIn(definition, name), policy };
  const running = deployment !== null && deployment.id === stable ? deployment : null;
  const [place, secrets, decisions, monitoring] = await Promise.all([
    lookAtPlace(places, { integration, environment: name }, here.signal),
    secretFacts(places, { key: integration, environment, running }),
    decisionFacts(places, rows, name),
    monitoringFactsOf(places, row, definition),
  ]);
  return {
    judges,
    definition,
    environment,
    release,
    deployment: deployment === null ? null : deploymentFacts(deployment, stable),
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
