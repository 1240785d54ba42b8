import type { Selectable } from 'kysely';

import type { AuditAction } from '../core/audit/audit-action.ts';
import type { Actor } from '../core/pipeline/run.ts';
import type { Queries } from './database.ts';
import { json } from './json.ts';
import type { AuditTable } from './tables/evidence.ts';
import { noPosition } from './page-position.ts';

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

const pageSize = 50;

/**
 * Newest first; of one integration, or of all and of the server itself. `after` is what the page before gave as `next`.
 */
export async function auditPage(
  db: Queries,
  integration: string | null,
  after: string | null,
): Promise<{ readonly rows: readonly Selectable<AuditTable>[]; readonly next: string | null }> {
  let query = db.selectFrom('app.audit').selectAll();
  if (integration !== null) query = query.where('integration', '=', integration);
  if (after !== null) query = query.where('id', '<', idIn(after));
  const rows = await query
    .orderBy('id', 'desc')
    .limit(pageSize + 1)
    .execute();
  const page = rows.slice(0, pageSize);
  return { rows: page, next: rows.length > pageSize ? (page.at(-1)?.id ?? null) : null };
}

function idIn(after: string): string {
  if (/^\d{1,18}$/.test(after)) return after;
  throw noPosition(after, 'the audit');
}
