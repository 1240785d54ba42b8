import type { IntegrationDefinition } from './integration.ts';

/** What Deployer asks a deployment for, to see that it answers: the readiness of its public component, else `/`. */
export function healthPath({ components }: Pick<IntegrationDefinition, 'components'>): string {
  return components.find(({ isPublic }) => isPublic)?.health.ready ?? '/';
}
