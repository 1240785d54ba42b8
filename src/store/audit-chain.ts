import { sql } from 'kysely';

import type { Queries } from './database.ts';

/** The chain over the whole audit, as it is found when each digest is computed again. */
export interface AuditChain {
  /** Number of entries. */
  readonly entries: number;
  /** Digest of the newest one, over all that came before; null when there is none. */
  readonly head: string | null;
  /** What was done to the first entry that is not as it was written; null: all are that were looked at. */
  readonly broken: string | null;
  /** How many of the newest entries were looked at: all, unless fewer were asked for. */
  readonly checked: number;
}

/**
 * Computes digests again, and compares: of the newest so many entries; null: of every one, which takes a second for
 * some hundred thousand.
 */
export async function readChain(db: Queries, newest: number | null = null): Promise<AuditChain> {
  const { rows } = await sql<{
    entries: string;
    checked: string;
    head: string | null;
    broken: string | null;
  }>`
    with part as (
      select * from app.audit_link order by position desc limit ${newest === null ? null : newest + 1}::bigint
    ), before as (
      -- One more than was asked for: the others follow it, and it is not looked at itself.
      select min(position) as position, min(entry) as entry from part having count(*) > ${newest}::bigint
    ), found as (
      select position, digest, link.entry, case
        when position = (select position from before) then null
        when position <> lag(position, 1, 0::bigint) over w + 1
          then format('an entry before entry %s was removed', link.entry)
        when act.id is null then format('entry %s was removed', link.entry)
        when digest <> app.audit_digest(lag(digest, 1, '') over w, act) then format('entry %s was changed', act.id)
      end as fault
      from part as link left join app.audit as act on act.id = link.entry
      window w as (order by position)
    ), stray as (
      select min(id) as id from app.audit as act
      where act.id > coalesce((select entry from before), 0)
        and not exists (select from app.audit_link as link where link.entry = act.id)
    )
    select coalesce(max(position), 0) as entries,
      count(*) - (select count(*) from before) as checked,
      (select digest from found order by position desc limit 1) as head,
      coalesce(
        (select fault from found where fault is not null order by position limit 1),
        (select format('entry %s was put in beside the chain', id) from stray where id is not null)) as broken
    from found`.execute(db);
  const [row] = rows;
  return {
    entries: Number(row?.entries ?? 0),
    checked: Number(row?.checked ?? 0),
    head: row?.head ?? null,
    broken: row?.broken ?? null,
  };
}

/** Whether the chain has this digest, so that what was audited when it was the newest is still what it was. */
export async function chainHas(db: Queries, digest: string): Promise<boolean> {
  const row = await db
    .selectFrom('app.audit_link')
    .select('position')
    .where('digest', '=', digest)
    .executeTakeFirst();
  return row !== undefined;
}
