import type { Policy } from '../../core/integration.ts';
import type { Queries } from '../../store/database.ts';
import { findRun } from '../../store/runs.ts';
import { judgingAt, judgingNow } from '../pipeline/policy-in-force.ts';
import type { WaivedSubject } from './waived-subject.ts';

/**
 * The policy in force that says who may set something aside: that of its environment, or, where that asks nobody for
 * approval, of the next one on the way to the users that does. Nobody named in any: nobody may.
 */
export async function waiverJudges(db: Queries, subject: WaivedSubject): Promise<Policy> {
  const run = await findRun(db, subject.run);
  const { environments } = run.definition;
  const from = Math.max(
    0,
    environments.findIndex(({ name }) => name === subject.environment),
  );
  const now = await judgingNow(db, run.definition);
  const own = subject.stage === null ? null : (await judgingAt(db, run, subject.stage)).policy;
  const policies = environments.slice(from).map(({ name, policy }, index) =>
    // What judges a stage stays what it was when that began, whatever has become live since.
    index === 0 && own !== null ? own : (now.get(name)?.policy ?? policy),
  );
  const asking = policies.find(({ approval }) => approval !== null) ?? policies[0];
  if (asking === undefined) throw new Error(`${run.integration} has no environment`);
  return asking;
}
