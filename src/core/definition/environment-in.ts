import type { EnvironmentDefinition, IntegrationDefinition } from './integration.ts';
import { unknownEnvironment } from '../texts/unknown-environment.ts';

/** An environment of a definition, by its name. Throws `environment_not_found`. */
export function environmentIn(
  { key, environments }: Pick<IntegrationDefinition, 'key' | 'environments'>,
  name: string | null,
): EnvironmentDefinition {
  const environment = environments.find((candidate) => candidate.name === name);
  if (environment !== undefined) return environment;
  const names = environments.map((candidate) => candidate.name);
  throw unknownEnvironment({ integration: key, name: name ?? '', names });
}
