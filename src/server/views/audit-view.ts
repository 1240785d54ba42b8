import type { AuditChainView, AuditView } from '../../api/views/audit.ts';
import { auditPage } from '../../store/audit.ts';
import { chainHas, readChain } from '../../store/audit-chain.ts';
import type { Queries } from '../../store/database.ts';
import { iso } from '../../store/json.ts';

export interface AuditQuestion {
  /** Null: of all of them, and of the server itself. */
  readonly integration: string | null;
  readonly after: string | null;
  /** A digest that the chain should have. */
  readonly contains: string | null;
}

export async function auditView(
  db: Queries,
  { integration, after, contains }: AuditQuestion,
): Promise<AuditView> {
  const { rows, next } = await auditPage(db, integration, after);
  return {
    entries: rows.map((row) => ({
      id: row.id,
      at: iso(row.at),
      by: row.identity,
      proven: row.proven,
      action: row.action,
      subject: row.subject,
      integration: row.integration,
      detail: row.detail,
    })),
    next,
    chain: after === null || contains !== null ? await chainView(db, contains) : null,
  };
}

/** As many as can be looked at while somebody waits for a list; who asks for a digest, and `doctor`, look at all. */
const newestChecked = 1000;

async function chainView(db: Queries, contains: string | null): Promise<AuditChainView> {
  const newest = contains === null ? newestChecked : null;
  return {
    ...(await readChain(db, newest)),
    contains: contains === null ? null : await chainHas(db, contains),
  };
}
