import type { PoliciesView } from '../../api/views/decisions.ts';
import { stableEnvironments } from '../../engine/pipeline/way-in-force.ts';
import type { Queries } from '../../store/database.ts';

export async function policiesView(db: Queries, integration: string): Promise<PoliciesView> {
  return { policies: await stableEnvironments(db, integration) };
}
