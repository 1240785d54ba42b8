import type { Role } from '../core/definition/integration.ts';

/** The role that a component probably has, by its other keys: an example for whoever wrote one that does not exist. */
export function likelyRole(component: unknown): Role {
  if (typeof component !== 'object' || component === null) return 'agent';
  if ('public' in component && component.public === true) return 'api-gateway';
  return 'port' in component ? 'service' : 'agent';
}
