import type { ComponentShape, EdgeSettings, EnvironmentDefinition, TargetKind } from './integration.ts';

/**
 * What a release gets in one environment: the environment's section at the release's commit, fully merged. Frozen and
 * digested before approval is asked. Secrets will stand here as references with a resolved version, never as values.
 */
export interface Configuration {
  readonly v: 1;
  readonly environment: string;
  readonly target: TargetKind;
  readonly components: Readonly<Record<string, ComponentShape>>;
  readonly edge: EdgeSettings;
}

export function configurationOf(environment: EnvironmentDefinition): Configuration {
  return {
    v: 1,
    environment: environment.name,
    target: environment.target,
    components: environment.shapes,
    edge: environment.edge,
  };
}
