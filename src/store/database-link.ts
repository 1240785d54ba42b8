import { sql } from 'kysely';

import type { Queries } from './database.ts';

/** How this program reaches its database: over a socket of the machine or a network, and whether in the clear. */
export async function databaseLink(
  db: Queries,
): Promise<{ readonly kind: 'socket' | 'network'; readonly isEncrypted: boolean }> {
  const { rows } = await sql<{ address: string | null; ssl: boolean | null }>`
    select host(inet_client_addr()) as address,
      (select ssl from pg_stat_ssl where pid = pg_backend_pid()) as ssl`.execute(db);
  const [row] = rows;
  return { kind: (row?.address ?? null) === null ? 'socket' : 'network', isEncrypted: row?.ssl === true };
}
