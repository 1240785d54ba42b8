import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

type Versions = Readonly<Record<string, string>>;

interface Declared {
  readonly dependencies: Versions;
  readonly optionalDependencies: Versions;
  readonly devDependencies: Versions;
}

interface LockedPackage {
  readonly license?: string;
  readonly dev?: boolean;
}

/** Licences that ask for no more than that they are passed on. */
const permissive = new Set(['MIT', 'ISC', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', '(MIT OR CC0-1.0)']);

const page = readFileSync(join(import.meta.dirname, '../docs/dependencies.md'), 'utf8');
const declared = read('package.json') as Declared;
const { packages } = read('package-lock.json') as {
  readonly packages: Readonly<Record<string, LockedPackage>>;
};

test.for([
  { section: 'At run time', versions: declared.dependencies },
  { section: 'By platform', versions: declared.optionalDependencies },
  { section: 'For development', versions: declared.devDependencies },
])('the manual gives a reason for every package, and for no other: $section', ({ section, versions }) => {
  const rows = rowsOf(section);
  expect(rows.map(({ name }) => name).sort()).toEqual(Object.keys(versions).sort());
  expect(rows.filter(({ why }) => why === '')).toEqual([]);
});

test('the manual names the licence that each package has', () => {
  const rows = ['At run time', 'By platform', 'For development'].flatMap(rowsOf);
  const wrong = rows.filter(({ name, licence }) => packages[`node_modules/${name}`]?.license !== licence);
  expect(rows.length).toBeGreaterThan(20);
  expect(wrong).toEqual([]);
});

test('every version is exact', () => {
  const all = { ...declared.dependencies, ...declared.optionalDependencies, ...declared.devDependencies };
  expect(Object.entries(all).filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
});

test('whatever is installed with Deployer, at any depth, has a permissive licence', () => {
  const shipped = Object.entries(packages).filter(([path, { dev }]) => path !== '' && dev !== true);
  const others = shipped.filter(([, { license = 'none' }]) => !permissive.has(license));
  expect(shipped.length).toBeGreaterThan(50);
  expect(others.map(([path, { license }]) => `${path}: ${license}`)).toEqual([]);
});

function rowsOf(
  section: string,
): { readonly name: string; readonly licence: string; readonly why: string }[] {
  const text = page.split(/^## /m).find((part) => part.startsWith(`${section}\n`)) ?? '';
  return [...text.matchAll(/^\|\s*`([^`]+)`\s*\|([^|]*)\|([^|]*)\|/gm)].map(
    ([, name = '', licence = '', why = '']) => ({ name, licence: licence.trim(), why: why.trim() }),
  );
}

function read(file: string): unknown {
  return JSON.parse(readFileSync(join(import.meta.dirname, '..', file), 'utf8'));
}
