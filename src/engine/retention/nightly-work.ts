import { bytes, count } from '../../core/texts/figures.ts';
import type { Pruned } from '../../core/retention/housekeeping.ts';
import { localTimeZone } from '../../lib/cron.ts';
import { deployerItself } from '../../store/audit.ts';
import type { Queries } from '../../store/database.ts';
import type { DeploymentRow } from '../../store/deployments.ts';
import { environmentsOfHost } from '../../store/environments.ts';
import { findingsOf } from '../../store/schedules.ts';
import { damagedArtifacts, previousDeployment } from '../acts/rollback.ts';
import type { Places } from '../parts.ts';
import type { ScheduledWork } from '../schedules.ts';
import { type Pruning, prune } from './prune.ts';

/** Every night: what nobody needs goes. */
export function nightlyPruning(places: Pruning): ScheduledWork {
  return {
    name: 'pruning',
    cron: '17 3 * * *',
    timeZone: localTimeZone(),
    async run(signal) {
      const pruned = await prune(places, { by: deployerItself, isDryRun: false }, signal);
      const [problem] = pruned.problems;
      return { ok: problem === undefined, summary: problem ?? prunedText(pruned) };
    },
  };
}

const returnCheckName = 'rollback targets';

/** Every night: the artifacts are read that each environment would be brought back from, warm or not. */
export function nightlyReturnCheck(places: Places): ScheduledWork {
  return {
    name: returnCheckName,
    cron: '47 3 * * *',
    timeZone: localTimeZone(),
    async run(signal) {
      const findings: Record<string, readonly string[]> = {};
      let looked = 0;
      for (const environment of await environmentsOfHost(places.database.db, places.worker.host.id)) {
        signal.throwIfAborted();
        const previous = await previousDeployment(places, environment);
        if (previous === null) continue;
        looked += 1;
        const reasons = await damagedArtifacts(places, previous);
        if (reasons.length > 0) findings[keyOf(previous)] = reasons;
      }
      const [first] = Object.entries(findings);
      const summary =
        first === undefined
          ? `${count(looked, 'rollback target')} intact`
          : `${first[0]} could not be brought back: ${first[1][0]}`;
      return { ok: first === undefined, summary, findings };
    },
  };
}

/** What the last check found wrong with a deployment that an environment would return to. */
export async function returnTrouble(
  db: Queries,
  { host, ...previous }: Pick<DeploymentRow, 'integration' | 'id'> & { readonly host: string | null },
): Promise<readonly string[]> {
  if (host === null) return [];
  const found = (await findingsOf(db, { host, name: returnCheckName }))[keyOf(previous)] ?? [];
  return found.map((reason) => `${previous.id}, which a rollback returns to, is not intact: ${reason}`);
}

function keyOf({ integration, id }: Pick<DeploymentRow, 'integration' | 'id'>): string {
  return `${integration}/${id}`;
}

/** `2 releases, 3 deployments, 14.2 MB of artifacts`; what did not go is not named. */
export function prunedText(pruned: Pruned): string {
  const { releases, deployments, residents, runs, engineRecords, workspaces, artifacts } = pruned;
  const parts = [
    ...(releases.length === 0 ? [] : [count(releases.length, 'release')]),
    ...(deployments.length === 0 ? [] : [`files of ${count(deployments.length, 'deployment')}`]),
    ...(residents.length === 0 ? [] : [count(residents.length, 'resident')]),
    ...(runs.length === 0 ? [] : [`logs of ${count(runs.length, 'run')}`]),
    ...(engineRecords === 0 ? [] : [`engine records of ${count(engineRecords, 'attempt')}`]),
    ...(workspaces.length === 0 ? [] : [count(workspaces.length, 'workspace')]),
    ...(artifacts.blobs === 0 ? [] : [`${bytes(artifacts.bytes)} of artifacts`]),
  ];
  return parts.length === 0 ? 'nothing to prune' : `pruned ${parts.join(', ')}`;
}
