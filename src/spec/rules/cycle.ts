/** A way through the graph that ends where it begins, e.g. `[a, b, a]`; null when there is none. */
export function findCycle(edges: ReadonlyMap<string, readonly string[]>): readonly string[] | null {
  const done = new Set<string>();
  for (const start of edges.keys()) {
    const cycle = walk(start, [], { edges, done });
    if (cycle !== null) return cycle;
  }
  return null;
}

interface Walk {
  readonly edges: ReadonlyMap<string, readonly string[]>;
  /** Nodes from which no cycle can be reached. */
  readonly done: Set<string>;
}

function walk(node: string, way: readonly string[], state: Walk): readonly string[] | null {
  const seenAt = way.indexOf(node);
  if (seenAt >= 0) return [...way.slice(seenAt), node];
  if (state.done.has(node)) return null;
  for (const next of state.edges.get(node) ?? []) {
    const cycle = walk(next, [...way, node], state);
    if (cycle !== null) return cycle;
  }
  state.done.add(node);
  return null;
}
