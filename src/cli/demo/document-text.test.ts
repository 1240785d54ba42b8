import { expect, test } from 'vitest';

import { documentOf } from '../../core/document/document-of.ts';
import { moments } from '../../../test/documents/moments.ts';
import { styleOf } from '../output/style.ts';
import { documentText } from './document-text.ts';

test('of a document the demo shows what it is about, its sections, and how much is known from where', () => {
  const facts = moments().find(({ name }) => name === 'in-production')?.facts;
  if (facts === undefined) throw new Error('there is no such moment');
  const text = documentText(documentOf(facts), { revision: 7, style: styleOf(false), width: 80 });
  expect(text).toContain('🎫 triage-desk Agent Integration   revision 7');
  expect(text).toContain('an agent integration of 6 components');
  expect(text).toContain('  8  ');
  expect(text).toMatch(/\d+ statements: \d+ decided, \d+ assumed, \d+ observed; 1 drift\./);
  expect(text.split('\n').every((line) => line.length <= 90)).toBe(true);
});
