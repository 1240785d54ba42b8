import { sql } from 'kysely';

import type { DatabaseLink } from '../core/document/facts.ts';
import type { Queries } from './database.ts';

/** How this program reaches its database, as the database sees it: from where, and whether in the clear. */
export async function databaseLink(db: Queries): Promise<DatabaseLink> {
  const { rows } = await sql<DatabaseLink>`
    select
      case when inet_client_addr() is null then 'socket'
        when inet_client_addr() <<= any (array['127.0.0.0/8', '::1']::inet[]) then 'loopback'
        else 'network' end as kind,
      coalesce((select ssl from pg_stat_ssl where pid = pg_backend_pid()), false) as "isEncrypted"`.execute(
    db,
  );
  const [row] = rows;
  if (row === undefined) throw new Error('a select without a table has a row');
  return row;
}
