import { troubleText } from '../../core/workers/watchdog.ts';
import type { EngineParts } from '../../engine/parts.ts';
import { alertsIn } from '../../store/alerts.ts';
import type { EnvironmentRow } from '../../store/environments.ts';
import { iso } from '../../store/json.ts';

/** The alerts that fire, as what is wrong with an environment. */
export async function alertTrouble(
  { database, clock }: EngineParts,
  { integration, name }: EnvironmentRow,
): Promise<readonly string[]> {
  const alerts = await alertsIn(database.db, { integration, environment: name });
  return alerts
    .filter(({ state }) => state === 'firing')
    .map(({ metric, reason, since }) =>
      troubleText(
        {
          key: `alert ${metric}`,
          sentence: `${metric} alert: ${reason}`,
          since: iso(since),
          next: `deployer alerts ${name} --integration ${integration}`,
        },
        clock.now(),
      ),
    );
}
