import { definitionInForce, whoWaives } from '../../core/checklist/who-waives.ts';
import type { IntegrationDefinition, Policy } from '../../core/definition/integration.ts';
import type { StageKind } from '../../core/pipeline/plan.ts';
import { stableOf } from '../../core/switching/route-table.ts';
import type { Queries } from '../../store/database.ts';
import { findDeployment } from '../../store/deployments.ts';
import { listEnvironments } from '../../store/environments.ts';
import { releaseById } from '../../store/releases.ts';
import type { RunRow } from '../../store/runs.ts';
import { judgingAt, judgingNow } from './policy-in-force.ts';

export interface WaivedAt {
  /** Null: a gate before any environment. */
  readonly environment: string | null;
  /** Kind of the stage: what judges it stays what it was when it began, whatever has become live since. */
  readonly kind: StageKind;
}

/**
 * The policy that says who may set something aside for a run; null: nobody may. Where nothing of the integration is
 * live there is no other word than that of the commit.
 */
export async function waiverJudges(
  db: Queries,
  run: RunRow,
  { environment, kind }: WaivedAt,
): Promise<Policy | null> {
  const isOwn = run.definition.environments.some(({ name }) => name === environment);
  const own = isOwn ? (await judgingAt(db, run, { kind, environment })).policy : null;
  const definition = (await liveDefinition(db, run.integration)) ?? run.definition;
  const now = await judgingNow(db, definition);
  const inForce = definition.environments.map(({ name, policy }) => ({
    name,
    policy: now.get(name)?.policy ?? policy,
  }));
  return whoWaives({ environment, own, inForce });
}

async function liveDefinition(db: Queries, integration: string): Promise<IntegrationDefinition | null> {
  const rows = await listEnvironments(db, integration);
  const live = rows.flatMap(({ name, routes }) => {
    const stable = stableOf(routes);
    return stable === null ? [] : [{ name, stable }];
  });
  const definitions = await Promise.all(
    live.map(async ({ name, stable }) => {
      const { release } = await findDeployment(db, integration, stable);
      return { environment: name, definition: (await releaseById(db, release)).definition };
    }),
  );
  return definitionInForce(definitions);
}
