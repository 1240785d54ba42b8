import { candidateOf } from '../../store/deployments.ts';
import { findEnvironment } from '../../store/environments.ts';
import type { EdgeRef } from '../../core/switching/edge.ts';
import type { Queries } from '../../store/database.ts';
import { openRuns } from '../../store/runs.ts';
import { undecidedAt } from '../pipeline/undecided-at.ts';
import { type RulesInForce, rulesInForce, rulesOf } from './rules-in-force.ts';

/**
 * Whose receivers a test goes to: those of the release that waits in this environment for its checklist to be met,
 * else of what is live. Before its first switch a release could not meet what asks for a test otherwise.
 */
export async function rulesToTest(
  db: Queries,
  { integration, environment }: EdgeRef,
): Promise<RulesInForce | null> {
  const row = await findEnvironment(db, integration, environment);
  for (const run of await openRuns(db, integration)) {
    const asking = await undecidedAt(db, run);
    if (asking?.stage.kind !== 'checklist' || asking.stage.environment !== environment) continue;
    const candidate = await candidateOf(db, run.id, environment);
    const own = candidate === null ? null : await rulesOf(db, row, candidate.id);
    if (own !== null) return own;
  }
  return await rulesInForce(db, row);
}
