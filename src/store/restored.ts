import { nextDeploymentNumber, type Restored, whyNotResumed } from '../core/convergence/restored.ts';
import { writeAudit } from './audit.ts';
import type { Queries } from './database.ts';
import { json } from './json.ts';
import { changeRun } from './runs.ts';
import { stagesOf } from './stages.ts';

export interface RestoreRecord {
  readonly restored: Restored;
  readonly file: string;
  /** Names of deployments that a place has, by `integration/environment`. */
  readonly seen: ReadonlyMap<string, readonly string[]>;
  /** Residents that got other ports. */
  readonly movedResidents: readonly string[];
}

/** Writes down in a restored database that it is one: what is to be settled, and which runs cannot go on. */
export async function settleRestored(
  db: Queries,
  { restored, file, seen, movedResidents }: RestoreRecord,
): Promise<void> {
  for (const row of await db.selectFrom('app.environment').selectAll().execute()) {
    const names = seen.get(`${row.integration}/${row.name}`) ?? [];
    await db
      .updateTable('app.environment')
      .set({
        // Also where nothing was ever deployed: something may have been since.
        restored: json(restored),
        next_deployment: nextDeploymentNumber(row.next_deployment, row.name, names),
      })
      .where('integration', '=', row.integration)
      .where('name', '=', row.name)
      .execute();
  }
  const ended: string[] = [];
  for (const { id, state, plan } of await db
    .selectFrom('app.run')
    .select(['id', 'state', 'plan'])
    .where('ended_at', 'is', null)
    .execute()) {
    const pending = (await stagesOf(db, id)).filter((stage) => stage.state === 'pending');
    const ahead = pending.flatMap(({ index }) => plan.stages[index] ?? []);
    const reason = whyNotResumed({ id, state, ahead }, restored.backupAt);
    if (reason === null) continue;
    ended.push(id);
    await changeRun(db, id, { cancel: { cause: 'cancel', by: restored.by, reason, at: restored.at } });
  }
  await writeAudit(db, {
    integration: null,
    actor: { identity: restored.by, proven: false },
    action: 'restore',
    subject: file,
    detail: { backupAt: restored.backupAt, endedRuns: ended, movedResidents },
  });
}
