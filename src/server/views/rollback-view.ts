import type { RollbackReadinessView } from '../../api/views/rollback.ts';
import type { RollbackChoice } from '../../engine/acts/rollback.ts';
import type { Queries } from '../../store/database.ts';
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
