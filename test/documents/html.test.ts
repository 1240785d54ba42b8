import * as fc from 'fast-check';
import { type DefaultTreeAdapterTypes, parse } from 'parse5';
import { expect, test } from 'vitest';

import { documentOf } from '../../src/core/document/document-of.ts';
import { documentHtml } from '../../src/documents/html/document.ts';
import { documentWith, hostileText, smallDocumentWith } from './hostile.ts';
import { moments } from './moments.ts';

type Node = DefaultTreeAdapterTypes.Node;

interface Shape {
  /** Elements in their order; what isolates a text, or sets it as code, is left out. */
  readonly elements: readonly string[];
  /** Names of all attributes. */
  readonly attributes: ReadonlySet<string>;
}

function shapeOf(html: string): Shape {
  const elements: string[] = [];
  const attributes = new Set<string>();
  const visit = (node: Node): void => {
    if ('tagName' in node && node.tagName !== 'bdi' && node.tagName !== 'code') {
      elements.push(node.tagName);
      for (const { name } of node.attrs) attributes.add(name);
    }
    if ('childNodes' in node) node.childNodes.forEach(visit);
  };
  visit(parse(html));
  return { elements, attributes };
}

test.each([
  { size: 'a small document with every kind of block', write: smallDocumentWith, numRuns: 400 },
  { size: 'a whole document', write: documentWith, numRuns: 15 },
])('whatever somebody typed, the page has the same elements and attributes: $size', ({ write, numRuns }) => {
  const shape = (text: string): Shape => shapeOf(documentHtml(write(text), null));
  const harmless = shape('harmless');
  expect(harmless.elements).not.toContain('script');
  expect([...harmless.attributes].filter((name) => /^on|^style$|^src$/.test(name))).toEqual([]);
  fc.assert(
    fc.property(hostileText, (text) => {
      expect(shape(text)).toEqual(harmless);
    }),
    { numRuns },
  );
});

test('nothing is fetched: no address leads out of the page, and the policy forbids everything but its style', () => {
  for (const { facts } of moments()) {
    const html = documentHtml(documentOf(facts), null);
    expect([...html.matchAll(/(?:href|src|action|data)="([^"]*)"/g)].map(([, to]) => to)).toSatisfy(
      (targets: readonly string[]) => targets.every((to) => to.startsWith('#')),
    );
    expect(html).toMatch(/Content-Security-Policy" content="default-src 'none'; style-src 'sha256-[\w+/=]+'/);
    expect(html).not.toMatch(/@import|url\(/);
  }
});
