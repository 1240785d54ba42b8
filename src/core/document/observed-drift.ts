import type { IntegrationDefinition } from '../integration.ts';
import { isResident } from '../resident.ts';
import type { EnvironmentSeen, FoundDrift } from './facts.ts';

/** What is observed of environments that contradicts what is decided of them, by the statement that says so. */
export function observedDrift(
  { components, environments }: Pick<IntegrationDefinition, 'components' | 'environments'>,
  seen: readonly EnvironmentSeen[],
): readonly FoundDrift[] {
  return seen.flatMap(({ environment, live, at }) => {
    const shapes = environments.find(({ name }) => name === environment)?.shapes;
    if (shapes === undefined || live === null || live.replicas === null) return [];
    const { replicas } = live;
    const others = components.flatMap((component) => {
      if (isResident(component) || replicas[component.name] === undefined) return [];
      const wanted = shapes[component.name]?.replicas ?? 1;
      const ready = replicas[component.name] ?? 0;
      return ready === wanted ? [] : [`${component.name} has ${ready} of ${wanted}`];
    });
    if (others.length === 0) return [];
    const observed = `In ${live.deployment} not every replica that is decided is ready: ${others.join(', ')}.`;
    return [
      { statement: `environments.replicas.${environment}`, drift: { observed, at, evidence: live.evidence } },
    ];
  });
}
