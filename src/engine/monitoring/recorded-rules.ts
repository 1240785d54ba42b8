import { type AlertRow, alertsOfSection } from '../../store/alerts.ts';
import type { Queries } from '../../store/database.ts';
import type { RulesInForce } from './rules-in-force.ts';

/** How the rules in force stand, as it was written down: what is recorded of another release says nothing of them. */
export async function recordedRules(db: Queries, inForce: RulesInForce | null): Promise<readonly AlertRow[]> {
  if (inForce === null) return [];
  const { subject, release, digest: section } = inForce;
  return await alertsOfSection(db, subject, { release, section });
}
