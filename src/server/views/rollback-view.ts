import type { RollbackReadinessView } from '../../api/views/rollback.ts';
import type { RollbackChoice } from '../../engine/acts/rollback.ts';
import { holdJudge } from '../../engine/subjects.ts';
import type { Queries } from '../../store/database.ts';
import type { DeploymentRow } from '../../store/deployments.ts';
import { releaseById } from '../../store/releases.ts';

export async function rollbackReadinessView(
  db: Queries,
  choice: RollbackChoice,
): Promise<RollbackReadinessView> {
  const { environment, live, target, warm, ready, reasons } = choice;
  return {
    environment: environment.name,
    from: live?.id ?? null,
    to: target?.id ?? null,
    version: target === null ? null : (await releaseById(db, target.release)).version,
    warm,
    ready,
    reasons,
  };
}

/** Whether the release of a deployment is on hold where that is. */
export async function isHeldIn(
  db: Queries,
  { integration, environment, release }: Pick<DeploymentRow, 'integration' | 'environment' | 'release'>,
): Promise<boolean> {
  const judge = await holdJudge(db, integration);
  return judge(await releaseById(db, release), environment) !== null;
}
