import type { Component, IntegrationDefinition } from '../definition/integration.ts';
import { isResident } from '../residents/resident.ts';
import type { Diagram, DiagramArrow, DiagramNode } from './document.ts';

/** Users, the edge, the components and what each needs of the others. */
export function architectureDiagram({ components }: Pick<IntegrationDefinition, 'components'>): Diagram {
  // A component may be called like anything, also `edge`.
  const ids = new Map(components.map(({ name }, at) => [name, `c${at}`]));
  const inside = { label: 'HTTP', isEncrypted: false };
  const arrows: DiagramArrow[] = [{ from: 'users', to: 'edge', label: 'HTTPS', isEncrypted: true }];
  for (const { name, isPublic, needs } of components) {
    const from = ids.get(name) ?? '';
    if (isPublic) arrows.push({ from: 'edge', to: from, ...inside });
    for (const need of needs) {
      const to = ids.get(need);
      if (to !== undefined) arrows.push({ from, to, ...inside });
    }
  }
  return {
    id: 'architecture',
    title: 'The architecture',
    description: descriptionOf(components),
    nodes: [
      { id: 'users', label: 'Users', detail: null, kind: 'people', group: null },
      { id: 'edge', label: 'Edge', detail: 'TLS, routes, counts', kind: 'edge', group: null },
      ...components.map((component, at) => nodeOf(component, `c${at}`)),
    ],
    arrows,
  };
}

function nodeOf(component: Component, id: string): DiagramNode {
  const { name, role, activation } = component;
  const resident = isResident(component);
  const detail = resident
    ? `${role}, once per environment`
    : activation === 'when-live'
      ? `${role}, when live`
      : role;
  return { id, label: name, detail, kind: resident ? 'resident' : 'component', group: null };
}

function descriptionOf(components: readonly Component[]): string {
  const front = components.find(({ isPublic }) => isPublic);
  const needs = components.flatMap(({ name, needs: needed }) =>
    needed.length === 0 ? [] : [`${name} needs ${needed.join(' and ')}`],
  );
  const begin = `Users reach the edge over HTTPS, and the edge passes requests to ${front?.name ?? 'nothing'} over HTTP on the same machine.`;
  return needs.length === 0 ? begin : `${begin} ${needs.join('; ')}.`;
}
