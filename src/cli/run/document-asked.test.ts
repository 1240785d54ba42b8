import { expect, test } from 'vitest';

import { documentAsked, type DocumentOptions } from './document-asked.ts';

const none: DocumentOptions = {
  all: false,
  give: false,
  history: false,
  diff: null,
  revision: null,
  after: null,
  output: null,
};

test.each([
  [{}, 'document'],
  [{ revision: '3', output: 'a.md' }, 'document'],
  [{ all: true, output: 'a.html' }, 'all'],
  [{ history: true, after: '12' }, 'history'],
  [{ diff: '3' }, 'diff'],
  [{ give: true }, 'give'],
] as const)('%j asks for the %s', (options, asked) => {
  expect(documentAsked({ ...none, ...options })).toBe(asked);
});

test.each([
  [{ give: true, all: true }, '--give and --all'],
  [{ all: true, history: true }, '--all and --history'],
  [{ history: true, diff: '1' }, '--history and --diff'],
  [{ diff: '1', revision: '2' }, '--diff and --revision'],
  [{ give: true, revision: '2' }, '--give and --revision'],
  [{ all: true, after: '3' }, '--after'],
  [{ history: true, output: 'a.md' }, '--output'],
] as const)('%j is refused, as one of them would be without effect', (options, named) => {
  const ask = () => documentAsked({ ...none, ...options });
  expect(ask).toThrow(named);
  expect(ask).toThrow(expect.objectContaining({ code: 'usage', exit: 2 }));
});
