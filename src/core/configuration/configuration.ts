import type {
  ComponentShape,
  EdgeSettings,
  EnvironmentDefinition,
  TargetKind,
} from '../definition/integration.ts';
import { replaced, withoutVersions } from '../secrets/secret-reference.ts';

/**
 * What a release gets in one environment: the environment's section at the release's commit, fully merged. Frozen and
 * digested before approval is asked. Secrets stand here as references with the version that was decided, never as
 * values.
 */
export interface Configuration {
  readonly v: 1;
  readonly environment: string;
  readonly target: TargetKind;
  readonly components: Readonly<Record<string, ComponentShape>>;
  readonly edge: EdgeSettings;
  /** What migrations get; absent where there are none. */
  readonly migrationEnv?: Readonly<Record<string, string>>;
}

/** @param pins references as written -> with the version that they mean */
export function configurationOf(
  environment: EnvironmentDefinition,
  pins: Readonly<Record<string, string>>,
): Configuration {
  return {
    v: 1,
    environment: environment.name,
    target: environment.target,
    components: withSecrets(environment.shapes, pins),
    edge: environment.edge,
    ...migrating(environment.migrationEnv, (env) => replaced(env, pins)),
  };
}

/** Shapes with some references to secrets replaced by others. */
export function withSecrets(
  shapes: Readonly<Record<string, ComponentShape>>,
  by: Readonly<Record<string, string>>,
): Readonly<Record<string, ComponentShape>> {
  return mapShapes(shapes, (shape) => ({ ...shape, env: replaced(shape.env, by) }));
}

/**
 * What a hold compares: a configuration without versions of secrets. A new version is no reason why a release that was
 * found bad should be let in.
 */
export function comparable(configuration: Configuration): Configuration {
  const components = mapShapes(configuration.components, (shape) => ({
    ...shape,
    env: withoutVersions(shape.env),
  }));
  return { ...configuration, components, ...migrating(configuration.migrationEnv, withoutVersions) };
}

function migrating(
  env: Configuration['migrationEnv'],
  change: (env: Readonly<Record<string, string>>) => Readonly<Record<string, string>>,
): Pick<Configuration, 'migrationEnv'> {
  return env === undefined ? {} : { migrationEnv: change(env) };
}

function mapShapes(
  shapes: Readonly<Record<string, ComponentShape>>,
  change: (shape: ComponentShape) => ComponentShape,
): Readonly<Record<string, ComponentShape>> {
  return Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, change(shape)]));
}
