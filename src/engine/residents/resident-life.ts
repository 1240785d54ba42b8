import type { EdgeRef } from '../../core/edge.ts';
import type { Target } from '../../core/target.ts';
import { DeployerError } from '../../errors.ts';
import { deployerItself, writeAudit } from '../../store/audit.ts';
import { dropNext, type ResidentRow } from '../../store/residents.ts';
import { withSessionLock } from '../../store/session-lock.ts';
import type { Places } from '../parts.ts';

const goBackDeadlineMs = 10 * 60_000;

/** Does `work` while nobody else starts or ends a resident of the environment, whatever became of who did. */
export async function whileAlone<T>(
  { database }: Pick<Places, 'database'>,
  { integration, environment }: EdgeRef,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const name = `deployer residents ${integration}/${environment}`;
  return await withSessionLock(database.pool, { name }, signal, work);
}

/**
 * Puts back what ran before a change that was begun and did not come to its end; without any, what was begun ends.
 * Its data stay as they are. To be called with `whileAlone`.
 */
export async function goBack(places: Places, row: ResidentRow, reason: string): Promise<void> {
  if (row.next === null) return;
  const signal = AbortSignal.timeout(goBackDeadlineMs);
  const target = residentTarget(places);
  if (row.current === null) await target.retire(row.next, signal);
  else await target.prepare(row.current, signal);
  const { deployment, release } = row.next;
  await places.database.transaction(async ({ db }) => {
    await dropNext(db, row);
    await writeAudit(db, {
      integration: row.integration,
      actor: deployerItself,
      action: 'resident put back',
      subject: deployment,
      detail: {
        environment: row.environment,
        run: row.next_run,
        reason,
        from: release,
        to: row.current?.release ?? null,
      },
    });
  });
}

/** Where residents run: another place than this machine has no lasting address for them yet. */
export function residentTarget({ targets }: Pick<Places, 'targets'>): Target {
  if (targets.process !== undefined) return targets.process;
  throw new DeployerError('not_built', {
    message: 'This version keeps components with `scope: environment` on `process` only.',
    hint: 'Use `target: process`.',
  });
}
