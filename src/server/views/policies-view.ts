import type { PoliciesView } from '../../api/views/decisions.ts';
import { stableOf } from '../../core/route-table.ts';
import type { Queries } from '../../store/database.ts';
import { findDeployment } from '../../store/deployments.ts';
import { policyByDigest } from '../../store/digested.ts';
import { listEnvironments } from '../../store/environments.ts';

export async function policiesView(db: Queries, integration: string): Promise<PoliciesView> {
  const environments = await listEnvironments(db, integration);
  const policies = await Promise.all(
    environments.map(async ({ name, routes }) => {
      const from = stableOf(routes);
      if (from === null) return [];
      const { policy } = await findDeployment(db, integration, from);
      return [{ environment: name, from, policy: await policyByDigest(db, policy) }];
    }),
  );
  return { policies: policies.flat() };
}
