import type { Diagram, DiagramNode } from '../../core/document/document.ts';

/**
 * Columns of a diagram, from left to right: a node stands to the right of everything that points at it. Arrows that
 * lead back, which a circle has, do not count.
 */
export function layersOf({
  nodes,
  arrows,
}: Pick<Diagram, 'nodes' | 'arrows'>): readonly (readonly DiagramNode[])[] {
  const depth = new Map<string, number>();
  const into = Map.groupBy(arrows, ({ to }) => to);

  function depthOf(id: string, path: ReadonlySet<string>): number {
    const known = depth.get(id);
    if (known !== undefined) return known;
    const within = new Set([...path, id]);
    const before = (into.get(id) ?? []).filter(({ from }) => !within.has(from));
    const own = Math.max(-1, ...before.map(({ from }) => depthOf(from, within))) + 1;
    depth.set(id, own);
    return own;
  }

  // What nothing points at, as a worker, stands one before what it needs, not beside the users.
  const alone = (node: DiagramNode): boolean => node.kind !== 'people' && !into.has(node.id);
  const columnOf = (node: DiagramNode): number => {
    const own = depthOf(node.id, new Set());
    if (!alone(node)) return own;
    const next = arrows.filter(({ from }) => from === node.id).map(({ to }) => depthOf(to, new Set()));
    return next.length === 0 ? own + 2 : Math.max(0, Math.min(...next) - 1);
  };
  const columns = Map.groupBy(nodes, columnOf);
  return [...columns].toSorted(([a], [b]) => a - b).map(([, column]) => column);
}
