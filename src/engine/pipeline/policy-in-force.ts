import { isBeforeCandidate } from '../../core/pipeline/change.ts';
import { environmentIn } from '../../core/definition/environment-in.ts';
import type { IntegrationDefinition, Policy } from '../../core/definition/integration.ts';
import type { Stage } from '../../core/pipeline/plan.ts';
import { judgingPolicy, outdatedStages } from '../../core/pipeline/policy-in-force.ts';
import { stableOf } from '../../core/switching/route-table.ts';
import { missingEnvironmentText } from '../../core/pipeline/way-in-force.ts';
import { digestOf } from '../../lib/canonical-json.ts';
import type { Queries } from '../../store/database.ts';
import { candidateOf, findDeployment } from '../../store/deployments.ts';
import { policyByDigest } from '../../store/digested.ts';
import { type EnvironmentRow, findEnvironment, listEnvironments } from '../../store/environments.ts';
import type { RunRow } from '../../store/runs.ts';
import { missingOnTheWay } from './way-in-force.ts';

export interface Judging {
  readonly policy: Policy;
  readonly digest: string;
  /** The deployment that brought the policy in force; null: nothing is stable, so the release brings its own. */
  readonly from: string | null;
}

/** By environment, what would judge a release that is shipped now. */
export async function judgingNow(
  db: Queries,
  { key, environments }: IntegrationDefinition,
): Promise<ReadonlyMap<string, Judging>> {
  const rows = new Map((await listEnvironments(db, key)).map((row) => [row.name, row]));
  const found = new Map<string, Judging>();
  for (const { name, policy } of environments) found.set(name, await judgedIn(db, rows.get(name), policy));
  return found;
}

/**
 * What judges a run at a stage of an environment. Of a run that has its candidate there, what was in force when that
 * was made: nobody else has changed the environment since, and it may be stable itself by now.
 */
export async function judgingAt(
  db: Queries,
  run: RunRow,
  stage: Pick<Stage, 'kind' | 'environment'>,
): Promise<Judging> {
  const { name, policy: own } = environmentIn(run.definition, stage.environment);
  const candidate = isBeforeCandidate(stage) ? null : await candidateOf(db, run.id, name);
  if (candidate === null) return await judgedIn(db, await findEnvironment(db, run.integration, name), own);
  const digest = candidate.judged_by;
  return { digest, policy: await policyByDigest(db, digest), from: candidate.replaces };
}

async function judgedIn(db: Queries, row: EnvironmentRow | undefined, own: Policy): Promise<Judging> {
  const from = row === undefined ? null : stableOf(row.routes);
  const stable = row === undefined || from === null ? null : await findDeployment(db, row.integration, from);
  const policy = judgingPolicy(stable === null ? null : await policyByDigest(db, stable.policy), own);
  return { policy, digest: digestOf(policy), from };
}

/**
 * In a sentence, why a run cannot be judged as it was planned: something with other gates has become stable in the
 * environment since. Null: it can.
 */
export async function outdatedPlan(db: Queries, run: RunRow, environment: string): Promise<string | null> {
  const [missing] = await missingOnTheWay(db, run.definition, [environment]);
  if (missing !== undefined) return `${missingEnvironmentText(missing)}: put it back and ship that`;
  const { policy, from } = await judgingAt(db, run, { kind: 'approval', environment });
  const stages = outdatedStages(run.plan, environment, policy);
  if (stages.length === 0) return null;
  return `The gates of ${environment} are other ones since ${from ?? 'nothing'} is live there (${stages.join(', ')}): ship it again`;
}
