import { expect, test } from 'vitest';

import { styleOf } from '../output/style.ts';
import { changesText } from './init-text.ts';

const view = { style: styleOf(false), width: 80 };
const changes = [{ file: '/desk/deployer.yaml', before: null, after: 'deployer: 1\n' }];

test.each([
  ['missing', '  + deployment/document.md made of them by a server'],
  ['own', '  ~ deployment/document.md made anew by a server'],
  ['edited', '    deployment/document.md stays: somebody edited it by hand'],
  ['theirs', '    deployment/document.md stays: Deployer did not write it'],
] as const)('of a document that is %s it is said beforehand what becomes of it', (document, line) => {
  expect(changesText({ changes, document }, '/desk', view)).toBe(`Files\n  + deployer.yaml 1 line\n${line}`);
});

test('where nothing is written, and where no document is asked for, none is spoken of', () => {
  const nothing = [{ file: '/desk/deployer.yaml', before: 'a', after: 'a' }];
  expect(changesText({ changes: nothing, document: 'own' }, '/desk', view)).not.toContain('document.md');
  expect(changesText({ changes, document: null }, '/desk', view)).toBe('Files\n  + deployer.yaml 1 line');
});
