import type { AuditAction } from '../../core/audit/audit-action.ts';
import { residentId } from '../../core/residents/resident.ts';
import type { Actor } from '../../core/pipeline/run.ts';
import { deployerItself, writeAudit } from '../../store/audit.ts';
import type { Queries } from '../../store/database.ts';
import type { ResidentRow } from '../../store/residents.ts';

export interface ResidentAct {
  readonly action: Extract<AuditAction, `${string}resident${string}`>;
  /** @default Deployer itself */
  readonly actor?: Actor;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** What was done to a resident, for the audit. Call it in the transaction of the act. */
export async function auditResident(
  db: Queries,
  { integration, environment, component }: ResidentRow,
  { action, actor = deployerItself, detail }: ResidentAct,
): Promise<void> {
  await writeAudit(db, {
    integration,
    actor,
    action,
    subject: residentId(environment, component),
    detail: { environment, ...detail },
  });
}
