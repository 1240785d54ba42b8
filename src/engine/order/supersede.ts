import { dateOf } from '../../core/clock.ts';
import type { Waiting } from '../../core/pipeline/run.ts';
import { supersededBy } from '../../core/order/supersede.ts';
import { deployerItself, writeAudit } from '../../store/audit.ts';
import type { Transaction } from '../../store/database.ts';
import { changeRun, lockRun, openRuns, type RunRow } from '../../store/runs.ts';
import { workflowOf } from '../messages.ts';
import type { EngineParts } from '../parts.ts';
import { isUnanswered } from '../pipeline/gates.ts';

/**
 * Ends the older runs of the branch that wait where a newer one asks now: with its question, or not at all. One whose
 * question somebody has answered meanwhile goes on. Locked newest first, as whoever locks several does.
 */
export async function supersede(
  parts: EngineParts,
  { db, client }: Transaction,
  newer: RunRow,
  gate: Waiting,
): Promise<void> {
  const others = (await openRuns(db, newer.integration)).toReversed();
  for (const id of supersededBy(newer, gate, others)) {
    const older = await lockRun(db, id);
    if (older.cancel !== null || !(await isUnanswered(parts, id, db))) continue;
    const reason = `superseded by ${newer.id}, which has come to the same ${gate.kind} in ${gate.environment}`;
    const at = dateOf(parts.clock).toISOString();
    await changeRun(db, id, { cancel: { cause: 'superseded', by: newer.id, reason, at } });
    await writeAudit(db, {
      integration: older.integration,
      actor: deployerItself,
      action: 'supersede',
      subject: id,
      detail: { by: newer.id, gate: gate.kind, environment: gate.environment },
    });
    await parts.messages.wake(client, workflowOf(id, older.attempt));
  }
}
