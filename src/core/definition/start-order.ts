/**
 * What the order of starting and stopping depends on. `needs` names components; a name that is not in the list counts
 * as met.
 */
export interface Ordered {
  readonly name: string;
  readonly needs: readonly string[];
}

export interface StartProgress {
  readonly started: ReadonlySet<string>;
  readonly ready: ReadonlySet<string>;
}

/** The components that may start now: not started yet, and all that they need is ready. */
export function startable(components: readonly Ordered[], progress: StartProgress): readonly string[] {
  const known = new Set(components.map(({ name }) => name));
  return components
    .filter(({ name }) => !progress.started.has(name))
    .filter(({ needs }) => needs.every((need) => progress.ready.has(need) || !known.has(need)))
    .map(({ name }) => name);
}

/** The components that may be stopped now: running, and nothing that needs them runs any more. */
export function stoppable(components: readonly Ordered[], running: ReadonlySet<string>): readonly string[] {
  const needed = new Set(components.filter(({ name }) => running.has(name)).flatMap(({ needs }) => needs));
  return components.filter(({ name }) => running.has(name) && !needed.has(name)).map(({ name }) => name);
}
