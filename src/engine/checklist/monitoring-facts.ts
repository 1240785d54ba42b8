import { receiversIn, rulesIn } from '../../core/alerts/alert-rule.ts';
import type { MonitoringFacts } from '../../core/checklist/facts.ts';
import type { IntegrationDefinition } from '../../core/definition/integration.ts';
import { digestOf } from '../../lib/canonical-json.ts';
import type { EnvironmentRow } from '../../store/environments.ts';
import { isoOrNull } from '../../store/json.ts';
import { lastTest, loadedRules } from '../../store/monitoring-facts.ts';
import { lastArrival } from '../../store/switches.ts';
import { rulesInForce } from '../monitoring/rules-in-force.ts';
import type { Places } from '../parts.ts';

/**
 * How the alerts that a release defines stand in an environment; null: it defines none. The rules in force are those of
 * what is live there: of a release that is not they are the same as long as it says the same of monitoring.
 */
export async function monitoringFactsOf(
  { database: { db } }: Places,
  row: EnvironmentRow,
  { monitoring }: IntegrationDefinition,
): Promise<MonitoringFacts | null> {
  if (monitoring === undefined) return null;
  const section = digestOf(monitoring);
  const place = { integration: row.integration, environment: row.name };
  const [inForce, test] = await Promise.all([rulesInForce(db, row), lastTest(db, place, section)]);
  const rules = rulesIn(monitoring, row.name).length;
  const receivers = receiversIn(monitoring, row.name).length;
  const known = { section, rules, receivers, test };
  if (inForce?.digest !== section) return { ...known, loaded: 0, figuresAt: null, liveSince: null };
  const [loaded, arrival] = await Promise.all([
    loadedRules(db, place, { release: inForce.release, section }),
    lastArrival(db, { ...place, deployment: inForce.deployment }),
  ]);
  const liveSince = isoOrNull(arrival);
  return { ...known, loaded: loaded.rules, figuresAt: loaded.figuresAt, liveSince };
}
