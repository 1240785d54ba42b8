import { expect, test } from 'vitest';

import type { Diagram, DiagramNode } from '../core/document/document.ts';
import { mermaid } from './mermaid.ts';

const node = (own: Partial<DiagramNode>): DiagramNode => ({
  id: 'a',
  label: 'agent',
  detail: null,
  kind: 'component',
  group: null,
  ...own,
});

function linesOf(own: Partial<Diagram>): readonly string[] {
  return mermaid({
    id: 'architecture',
    title: '',
    description: '',
    nodes: [],
    arrows: [],
    ...own,
  }).split('\n');
}

test.each([
  ['people', 'a(["agent"])'],
  ['edge', 'a{{"agent"}}'],
  ['resident', 'a[("agent")]'],
  ['gate', 'a{{"agent"}}'],
  ['decision', 'a(["agent"])'],
  ['component', 'a["agent"]'],
  ['stage', 'a["agent"]'],
] as const)('a node of the kind %s has a shape of its own: %s', (kind, shape) => {
  expect(linesOf({ nodes: [node({ kind })] })).toEqual(['flowchart LR', `  ${shape}`]);
});

test('a second line stands below the label, and nodes of one group in one box', () => {
  expect(linesOf({ nodes: [node({ detail: 'once', group: 'dev' })] })).toEqual([
    'flowchart LR',
    '  subgraph g0["dev"]',
    '    a["agent<br/>once"]',
    '  end',
  ]);
});

test.each([
  [true, 'HTTPS', 'a -->|"HTTPS"| b'],
  [false, 'HTTP', 'a -.->|"HTTP"| b'],
  [true, null, 'a --> b'],
] as const)('an arrow says whether it is encrypted (%j) and how (%j)', (isEncrypted, label, line) => {
  const arrows = [{ from: 'a', to: 'b', label, isEncrypted }];
  expect(linesOf({ arrows })).toEqual(['flowchart LR', `  ${line}`]);
});

test.each([
  ['"]; end; subgraph x["', '#34;#93;#59; end#59; subgraph x#91;#34;'],
  ['<script>', '#60;script#62;'],
  ['#quot;', '#35;quot#59;'],
  ['two\nlines', 'two lines'],
])('a label that would act is written as characters: %j', (label, written) => {
  expect(linesOf({ nodes: [node({ label })] })).toEqual(['flowchart LR', `  a["${written}"]`]);
});
