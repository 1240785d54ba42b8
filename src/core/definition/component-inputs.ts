import type { PreparedComponent } from '../places/target.ts';

/** What a component runs with, wherever that is written down: another digest of it is another way to run. */
export function componentInputs(component: PreparedComponent): object {
  const { name, run, port, health, needs, drainMs, artifact, shape } = component;
  return { name, run, port, health, needs, drainMs, artifact, shape };
}
