import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { errorsPage, retiredCodes } from '../scripts/errors-page.ts';
import { errorCatalogue } from '../src/errors.ts';

const codes = Object.keys(errorCatalogue);
const page = readFileSync(join(import.meta.dirname, '../docs/errors.md'), 'utf8');

test('the manual explains every code, and no other', () => {
  const explained = [...page.matchAll(/^\| `(\w+)` \|/gm)].map(([, code = '']) => code);
  expect(new Set(explained)).toEqual(new Set(codes));
  expect(page).toBe(errorsPage());
});

test('every code is used somewhere', () => {
  const root = join(import.meta.dirname, '../src');
  const source = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts') && path !== 'errors.ts')
    .map((path) => readFileSync(join(root, path), 'utf8'))
    .join('\n');
  expect(codes.filter((code) => !source.includes(`'${code}'`))).toEqual([]);
});

test('a retired code does not come back', () => {
  expect(retiredCodes.filter((code) => codes.includes(code))).toEqual([]);
});
