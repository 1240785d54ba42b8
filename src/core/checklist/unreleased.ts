import type { IntegrationDefinition } from '../definition/integration.ts';
import type { CellFacts } from './facts.ts';

/** What is known of an integration that was never released: what its file says, and nothing seen. */
export function unreleasedFacts(definition: IntegrationDefinition, nowMs: number): readonly CellFacts[] {
  return definition.environments.map((environment) => ({
    judges: 'now',
    definition,
    environment,
    release: null,
    deployment: null,
    besideRelease: [],
    stages: [],
    decisions: [],
    place: null,
    secrets: { named: 0, unset: [] },
    wayBack: null,
    documentation: null,
    monitoring: null,
    waivers: [],
    goOn: 'deployer ship',
    nowMs,
  }));
}
