import type { WaiverFacts } from '../../core/checklist/facts.ts';
import type { Queries } from '../../store/database.ts';
import { iso } from '../../store/json.ts';
import { type WaiverRow, waiversOf } from '../../store/waivers.ts';

/** The waivers of a release, oldest first. */
export async function waiverFactsOf(db: Queries, release: string): Promise<readonly WaiverFacts[]> {
  return (await waiversOf(db, release)).map(toWaiverFacts);
}

export function toWaiverFacts(row: WaiverRow): WaiverFacts {
  const { subject, environment, owner, reason, until, identity, at } = row;
  return { subject, environment, owner, reason, until: iso(until), by: identity, at: iso(at) };
}
