import type { EdgeRef } from '../../core/edge.ts';
import { inOrderOfNeeds } from '../../core/resident.ts';
import type { Target } from '../../core/target.ts';
import { DeployerError } from '../../errors.ts';
import { messageOf } from '../../lib/message-of.ts';
import { deployerItself, writeAudit } from '../../store/audit.ts';
import { isDatabaseAway } from '../../store/connection-lost.ts';
import type { Queries } from '../../store/database.ts';
import { dropNext, type ResidentRow, residentsIn } from '../../store/residents.ts';
import { ifSessionLockIsFree, type SessionLock, withSessionLock } from '../../store/session-lock.ts';
import type { Places } from '../parts.ts';

const goBackDeadlineMs = 10 * 60_000;

/** Does `work` while nobody else starts or ends a resident of the environment, whatever became of who did. */
export async function whileAlone<T>(
  { database }: Pick<Places, 'database'>,
  ref: EdgeRef,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  return await withSessionLock(database.locks, lockOf(ref), signal, work);
}

/** The same, left out when somebody else does. */
export async function ifAlone(
  { database }: Pick<Places, 'database'>,
  ref: EdgeRef,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  await ifSessionLockIsFree(database.locks, lockOf(ref), signal, work);
}

function lockOf({ integration, environment }: EdgeRef): SessionLock {
  return { name: `deployer residents ${integration}/${environment}` };
}

/** Those of an environment, what others need first. */
export async function residentsInOrder(db: Queries, ref: EdgeRef): Promise<readonly ResidentRow[]> {
  const rows = await residentsIn(db, ref);
  const ordered = rows.map((row) => {
    const needs = (row.current ?? row.next)?.components[0].needs ?? [];
    return { name: row.component, needs, row };
  });
  return inOrderOfNeeds(ordered).map(({ row }) => row);
}

/** What a run began to change there, what others need first. */
export async function begunBy(db: Queries, ref: EdgeRef, run: string): Promise<readonly ResidentRow[]> {
  return (await residentsInOrder(db, ref)).filter(({ next_run }) => next_run === run);
}

/**
 * Puts back what ran before a change that was begun and did not come to its end; without any, what was begun ends.
 * Its data stay as they are. To be called with `whileAlone`.
 */
export async function goBack(
  places: Places,
  row: ResidentRow,
  reason: string,
  whileLocked: AbortSignal,
): Promise<void> {
  if (row.next === null) return;
  const signal = AbortSignal.any([whileLocked, AbortSignal.timeout(goBackDeadlineMs)]);
  const target = residentTarget(places);
  if (row.current === null) await target.retire(row.next, signal);
  else await target.prepare(row.current, signal);
  signal.throwIfAborted();
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

/**
 * Puts back all that a run began to change, and says what could not be: convergence goes on with that. To be called with
 * `whileAlone`.
 */
export async function goBackAll(
  places: Places,
  ref: EdgeRef,
  {
    run,
    reason,
    log,
  }: { readonly run: string; readonly reason: string; readonly log: (line: string) => void },
  whileLocked: AbortSignal,
): Promise<readonly string[]> {
  const stuck: string[] = [];
  for (const row of await begunBy(places.database.db, ref, run)) {
    try {
      await goBack(places, row, reason, whileLocked);
      log(row.current === null ? `${row.component} has ended` : `${row.component} is as it was before`);
    } catch (error) {
      if (isDatabaseAway(error)) throw error;
      const message = messageOf(error);
      stuck.push(`${row.component} is not put back yet: ${message}`);
    }
  }
  return stuck;
}

/** Where residents run: another place than this machine has no lasting address for them yet. */
export function residentTarget({ targets }: Pick<Places, 'targets'>): Target {
  if (targets.process !== undefined) return targets.process;
  throw new DeployerError('not_built', {
    message: 'This version keeps components with `scope: environment` on `process` only.',
    hint: 'Use `target: process`.',
  });
}
