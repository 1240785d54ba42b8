import * as fc from 'fast-check';
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { expect, test } from 'vitest';

import { isOwnDocument } from '../../src/core/document/own-document.ts';
import { documentMarkdown } from '../../src/documents/markdown.ts';
import { markdownText } from '../../src/documents/markdown-text.ts';
import { documentWith, hostileText, smallDocumentWith } from './hostile.ts';

/** As a Git host makes HTML of it, before anything is taken out for safety. */
function htmlOf(markdown: string): string {
  return micromark(markdown, { allowDangerousHtml: true, extensions: [gfm()], htmlExtensions: [gfmHtml()] });
}

/** Tags in their order. Code spans come and go with what a text has in it: nothing is linked in them. */
function structureOf(html: string): string {
  const tags = [...html.matchAll(/<\/?([a-z][a-z0-9]*)[^>]*>/g)].map(([tag, name = '']) =>
    tag.startsWith('</') ? `/${name}` : name,
  );
  return tags.filter((tag) => tag !== 'code' && tag !== '/code').join(' ');
}

const harmless = structureOf(htmlOf(documentMarkdown(documentWith('harmless'), null)));

test('a document is what a Git host makes of it: no links, no images, tables of one shape', () => {
  expect(harmless).toMatch(/\bh1\b.*\bh2\b.*\btable\b/);
  expect(harmless).not.toMatch(/\b(?:a|img|script)\b/);
});

test('a document that says its revision is known as one that Deployer wrote', () => {
  const provenance = { revision: 12, at: '2026-08-01T12:00:00.000Z', causes: ['switch production-4'] };
  expect(isOwnDocument(documentMarkdown(documentWith('harmless'), provenance))).toBe(true);
  expect(isOwnDocument('# Code Deployment Document: ours\n\nWritten by hand.\n')).toBe(false);
});

test.each([
  { size: 'a small document with every kind of block', write: smallDocumentWith, numRuns: 600 },
  { size: 'a whole document', write: documentWith, numRuns: 8 },
])('whatever somebody typed, nothing of it becomes Markdown or HTML: $size', ({ write, numRuns }) => {
  const structure = (text: string): string => structureOf(htmlOf(documentMarkdown(write(text), null)));
  const expected = structure('harmless');
  fc.assert(
    fc.property(hostileText, (text) => {
      expect(structure(text)).toBe(expected);
    }),
    { numRuns },
  );
});

test('code beside what would be linked is one code span', () => {
  expect(markdownText(['` mailto:a@b.example', { code: '`c`' }, ' d'])).toBe(
    '\\` `` mailto:a@b.example`c` `` d',
  );
});

test.each([
  '` somebody@evil.example',
  '_em_www.evil.example ',
  '`# headingmailto:somebody@evil.example',
  'http:',
])('no link comes of %j, whatever stands beside it', (text) => {
  const html = htmlOf(
    markdownText([text, { code: text }, text, '//evil.example', { code: '`' }, { code: 'x' }]),
  );
  expect(html).not.toContain('<a ');
  const shown = html.replaceAll(/<[^>]*>|\s/g, '');
  expect(shown).toBe(`${text}${text}${text}//evil.example\`x`.replaceAll(/\s/g, ''));
});

test('a text is shown as it was typed', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme-ascii', maxLength: 40 }), (text) => {
      const shown = htmlOf(`x ${markdownText([text])} x`)
        .replaceAll(/<\/?(?:p|code)>/g, '')
        .replaceAll('&lt;', '<')
        .replaceAll('&gt;', '>')
        .replaceAll('&quot;', '"')
        .replaceAll('&amp;', '&')
        .replaceAll(/\s+/g, ' ');
      expect(shown).toBe(`x ${text.replaceAll(/\s+/g, ' ').trim()} x`.replaceAll(/\s+/g, ' '));
    }),
    { numRuns: 500 },
  );
});

test('a megabyte stays bearable, and says how long it was', () => {
  const text = markdownText(['x'.repeat(1_000_000)]);
  expect(text.length).toBeLessThan(3000);
  expect(text).toContain('(1000000 characters)');
});

test('a sentence is not cut because its parts are long together', () => {
  const text = markdownText(['answered with “', 'y'.repeat(1990), '”: no number. Assumed: all is well.']);
  expect(text).toMatch(/Assumed: all is well\.$/);
});
