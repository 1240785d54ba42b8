import { expect, test } from 'vitest';

import { moments } from '../../../test/documents/moments.ts';
import { closingOf } from './closing.ts';
import type { Block } from './document.ts';
import { plainWords } from './words.ts';

const facts = moments().find(({ name }) => name === 'in-production')?.facts;
if (facts === undefined) throw new Error('there is no such moment');
const noCells = { ...facts.checklist, items: [], waivers: [] };
const untold = { ...facts, stated: null, settled: { statements: [], open: [], conflicts: [] } };
const said = (blocks: readonly Block[]): string =>
  blocks.map((block) => (block.kind === 'paragraph' ? plainWords(block.text) : '')).join(' ');

test('where nobody can read the questions any more, it is not said that none is open', () => {
  const nothingElse = said(closingOf({ ...untold, checklist: noCells }, []));
  expect(nothingElse).toContain('Which questions are open is not known');
  expect(nothingElse).not.toContain('Nothing is open');
  const withCells = said(closingOf(untold, []));
  expect(withCells).toContain('Still open:');
  expect(withCells).toContain('Which questions are open is not known');
});

test('where every question is answered and nothing else is open, it says so', () => {
  expect(said(closingOf({ ...untold, stated: new Set(), checklist: noCells }, []))).toContain(
    'Nothing is open',
  );
});
