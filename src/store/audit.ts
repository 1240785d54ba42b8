import type { AuditAction } from '../core/audit-action.ts';
import type { Actor } from '../core/run.ts';
import type { Queries } from './database.ts';
import { json } from './json.ts';

export interface AuditEntry {
  readonly integration: string | null;
  readonly actor: Actor;
  readonly action: AuditAction;
  /** On what: a run, deployment or release, named whole. */
  readonly subject: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Writes what was done. Call it in the transaction of the act, so that neither exists without the other. */
export async function writeAudit(db: Queries, entry: AuditEntry): Promise<void> {
  await db
    .insertInto('app.audit')
    .values({
      at: new Date(),
      integration: entry.integration,
      identity: entry.actor.identity,
      proven: entry.actor.proven,
      action: entry.action,
      subject: entry.subject,
      detail: json(entry.detail),
    })
    .execute();
}

/** Who acts when nobody does: a watch that rolls back, a deadline that passes. */
export const deployerItself: Actor = { identity: 'deployer', proven: true };
