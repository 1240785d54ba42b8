import type { Component, ComponentShape } from '../definition/integration.ts';

/** A component, as far as it says how much memory it may take. */
export interface LimitedComponent extends Pick<Component, 'name' | 'activation' | 'overlap' | 'scope'> {
  readonly shape: Pick<ComponentShape, 'replicas' | 'resources'>;
}

export interface MemoryNeed {
  /** Of all limits while both deployments run. */
  readonly bytes: number;
  /** Components that have no limit, so that nobody can tell what they take. */
  readonly unlimited: readonly string[];
}

/**
 * What may be taken while a deployment stands beside the one that it replaces. What exists once is there once, and a
 * worker that does not overlap with the former one never runs beside it.
 *
 * @param beside of the other deployment; none: it is the first one
 */
export function memoryNeed(
  own: readonly LimitedComponent[],
  beside: readonly LimitedComponent[],
): MemoryNeed {
  const lone = Math.max(sumOf(own.filter(runsAlone)), sumOf(beside.filter(runsAlone)));
  const others = [...own.filter(existsOnce), ...[...own, ...beside].filter(standsBeside)];
  return { bytes: lone + sumOf(others), unlimited: unlimitedIn([...own, ...beside]) };
}

function existsOnce({ scope }: LimitedComponent): boolean {
  return scope === 'environment';
}

function runsAlone(component: LimitedComponent): boolean {
  return !existsOnce(component) && component.activation === 'when-live' && !component.overlap;
}

function standsBeside(component: LimitedComponent): boolean {
  return !existsOnce(component) && !runsAlone(component);
}

function sumOf(components: readonly LimitedComponent[]): number {
  return components.reduce(
    (sum, { shape: { replicas, resources } }) => sum + replicas * (resources.memoryBytes ?? 0),
    0,
  );
}

function unlimitedIn(components: readonly LimitedComponent[]): readonly string[] {
  const names = components.filter(({ shape }) => shape.resources.memoryBytes === null);
  return [...new Set(names.map(({ name }) => name))];
}
