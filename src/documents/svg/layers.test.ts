import { expect, test } from 'vitest';

import type { DiagramArrow, DiagramNode } from '../../core/document/document.ts';
import { layersOf } from './layers.ts';

function node(id: string, kind: DiagramNode['kind'] = 'component'): DiagramNode {
  return { id, label: id, detail: null, kind, group: null };
}

function arrows(...pairs: readonly string[]): readonly DiagramArrow[] {
  return pairs.map((pair) => {
    const [from = '', to = ''] = pair.split('-');
    return { from, to, label: null, isEncrypted: false };
  });
}

const layers = (nodes: readonly DiagramNode[], ...pairs: readonly string[]): readonly string[] =>
  layersOf({ nodes, arrows: arrows(...pairs) }).map((layer) => layer.map(({ id }) => id).join(' '));

test('a node stands to the right of everything that points at it', () => {
  const nodes = [node('users', 'people'), node('edge', 'edge'), node('a'), node('b'), node('c')];
  expect(layers(nodes, 'users-edge', 'edge-a', 'a-b', 'a-c', 'b-c')).toEqual([
    'users',
    'edge',
    'a',
    'b',
    'c',
  ]);
});

test('what nothing points at stands before what it needs, not beside the users', () => {
  const nodes = [node('users', 'people'), node('edge', 'edge'), node('a'), node('store'), node('worker')];
  expect(layers(nodes, 'users-edge', 'edge-a', 'a-store', 'worker-store')).toEqual([
    'users',
    'edge',
    'a worker',
    'store',
  ]);
});

test('a circle, which no definition may have, is drawn all the same', () => {
  const nodes = [node('users', 'people'), node('a'), node('b')];
  expect(layers(nodes, 'users-a', 'a-b', 'b-a').join(' ').split(' ').sort()).toEqual(['a', 'b', 'users']);
});
