import type { MonitoringFacts } from '../../core/checklist/facts.ts';
import type { IntegrationDefinition } from '../../core/integration.ts';
import type { EnvironmentRow } from '../../store/environments.ts';
import type { Places } from '../parts.ts';

/** How the alerts that a release defines stand in an environment; null: it defines none. */
export function monitoringFactsOf(
  _places: Places,
  _row: EnvironmentRow,
  _definition: IntegrationDefinition,
): Promise<MonitoringFacts | null> {
  return Promise.resolve(null);
}
