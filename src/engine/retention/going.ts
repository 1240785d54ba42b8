import {
  prunable,
  type Prunable,
  type RetentionFacts,
  type RetentionPolicy,
} from '../../core/retention/retention.ts';
import { listEnvironments } from '../../store/environments.ts';
import { retentionRecords } from '../../store/retention.ts';
import { formerlyStable } from '../../store/switches.ts';
import { previousDeployment } from '../acts/rollback.ts';
import type { Places } from '../parts.ts';

/** What may go of an integration as things are now. */
export async function goingNow(
  places: Places,
  integration: string,
  policy: RetentionPolicy,
): Promise<Prunable> {
  return prunable(await retentionFacts(places, integration), policy);
}

export async function retentionFacts(places: Places, integration: string): Promise<RetentionFacts> {
  const { db } = places.database;
  const environments = await Promise.all(
    (await listEnvironments(db, integration)).map(async (environment) => ({
      previous: (await previousDeployment(places, environment))?.release ?? null,
      former: (await formerlyStable(db, integration, environment.name)).map(({ release }) => release),
    })),
  );
  return { ...(await retentionRecords(db, integration)), environments, nowMs: places.clock.now() };
}
