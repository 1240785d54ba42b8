import type { MonitoringFacts } from '../../core/checklist/facts.ts';
import type { IntegrationDefinition } from '../../core/integration.ts';
import type { Places } from '../parts.ts';

/** How the alerts of an environment stand, by the definition of a release; null: no alert rule is configured. */
export function monitoringFactsOf(
  _places: Places,
  _subject: { readonly definition: IntegrationDefinition; readonly environment: string },
): Promise<MonitoringFacts | null> {
  return Promise.resolve(null);
}
