import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { documentationFinding, withFolders } from './documentation.ts';
import { linkedPath, relativeLinks } from './markdown-links.ts';

test.each([
  ['[a](docs/a.md)', ['docs/a.md']],
  ['[a](<docs/a b.md> "title")', ['docs/a b.md']],
  ["![a](img/a.png 'title')", ['img/a.png']],
  ['[a](a(1).md)', ['a(1).md']],
  ['[a]: ../x.md\n[b][a]', ['../x.md']],
  ['[a](https://example.com/x.md) [b](mailto:a@b) [c](#below) [d](//host/x)', []],
  ['`[a](a.md)` and ``[b](`b.md)``', []],
  ['```\n[a](a.md)\n```\n[b](b.md)', ['b.md']],
  ['~~~md\n[a](a.md)\n```\n~~~\n[b](b.md)', ['b.md']],
  ['[a](a.md) [again](a.md)', ['a.md']],
])('the links of %j', (markdown, expected) => {
  expect(relativeLinks(markdown)).toEqual(expected);
});

test.each([
  ['docs/a.md', 'b.md', 'docs/b.md'],
  ['docs/a.md', '../README.md#usage', 'README.md'],
  ['docs/a.md', './', 'docs'],
  ['docs/a.md', '/LICENSE', 'LICENSE'],
  ['a.md', 'b%20c.md?raw=1', 'b c.md'],
  ['a.md', '%zz.md', '%zz.md'],
  ['a.md', '../outside.md', null],
])('in %s, %s is %s', (file, link, expected) => {
  expect(linkedPath(file, link)).toBe(expected);
});

test('links to files and folders of the commit resolve, others are named with their document', () => {
  const documents = new Map([
    ['README.md', '[docs](docs/) [guide](docs/guide.md) [gone](docs/gone.md)'],
    ['docs/guide.md', '[up](../README.md) [out](../../secret)'],
    ['docs/notes.txt', '[no link](gone.md)'],
  ]);
  const paths = withFolders(['README.md', 'docs/guide.md', 'docs/notes.txt']);
  const finding = documentationFinding({ documents, missing: [], paths, interface: null });
  expect(finding.brokenLinks).toEqual([
    { file: 'README.md', link: 'docs/gone.md' },
    { file: 'docs/guide.md', link: '../../secret' },
  ]);
  expect(finding.files).toEqual(['README.md', 'docs/guide.md', 'docs/notes.txt']);
});

test('whatever a document says, it is read in time, and no link leads out of the repository', () => {
  const pieces = fc.constantFrom(
    '[',
    ']',
    '(',
    ')',
    '](',
    '<',
    '>',
    '`',
    '```\n',
    '"',
    ' ',
    '../',
    'a',
    '\n',
    '[a]: ',
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 400 }), (parts) => {
      for (const link of relativeLinks(parts.join(''))) {
        expect(linkedPath('docs/a.md', link) ?? '').not.toMatch(/(?:^|\/)\.\.(?:\/|$)/);
      }
    }),
  );
  const started = performance.now();
  relativeLinks(`${'[a]('.repeat(20_000)}${'`'.repeat(20_000)}`);
  expect(performance.now() - started).toBeLessThan(2000);
});
