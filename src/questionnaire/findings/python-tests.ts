import type { Found } from './finding.ts';
import { folderOf, inFolder, type Listing, within } from './listing.ts';
import type { Package } from './package.ts';
import { shellWord } from './shell-word.ts';
import type { TomlLine } from './toml-lines.ts';

export interface PythonFolder {
  readonly listing: Listing;
  readonly folder: string;
  /** Of its `pyproject.toml`. */
  readonly project: readonly TomlLine[];
  readonly dependencies: readonly string[];
}

const testFile = /(?:^|\/)(?:test_[^/]+|[^/]+_test)\.py$/;
const testRequirements = [
  'requirements-dev.txt',
  'requirements-test.txt',
  'dev-requirements.txt',
  'test-requirements.txt',
];

/** The tests of a folder, and what they need: pytest writes JUnit XML by itself, `unittest` has no report. */
export function pythonTests(place: PythonFolder): Pick<Package, 'suites' | 'setup'> {
  const { listing, folder, dependencies } = place;
  const tests = listing.files
    .map(({ path }) => path)
    .filter((path) => testFile.test(path) && isOwn(listing, folder, path));
  const [first] = tests;
  if (first === undefined) return { suites: [], setup: null };
  const text = tests.map((path) => listing.read(path) ?? '').join('\n');
  const isPytest = dependencies.includes('pytest') || /^\s*(?:import|from) pytest\b/m.test(text);
  const usesPytest = isPytest || !/\bTestCase\b/.test(text);
  const needsSetup = usesPytest || dependencies.length > 0;
  const python = needsSetup ? '.venv/bin/python' : 'python3';
  const report = usesPytest ? 'reports/unit.xml' : null;
  const inside = folderOf(within(folder, first) ?? first);
  const plain = usesPytest
    ? `${python} -m pytest`
    : `${python} -m unittest discover${inside === '.' ? '' : ` -s ${shellWord(inside)} -t .`}`;
  const value = report === null ? plain : `${plain} --junitxml=${report}`;
  const run: Found<string> = { value, at: { path: first, line: null }, sure: 'likely' };
  return {
    suites: [{ kind: 'unit', run, plain, report }],
    setup: needsSetup ? setupOf(place, usesPytest) : null,
  };
}

function setupOf({ listing, folder, project }: PythonFolder, usesPytest: boolean): string {
  if (listing.has(inFolder(folder, 'uv.lock'))) return 'uv sync --quiet --frozen';
  const files = ['requirements.txt', ...testRequirements].filter((name) =>
    listing.has(inFolder(folder, name)),
  );
  const extra = project.find(
    ({ table, key }) => table === 'project.optional-dependencies' && /^(?:dev|test|tests)$/.test(key),
  );
  const own = project.some(({ table }) => table === 'project' || table === 'tool.poetry');
  const wanted = [
    ...files.map((name) => `-r ${name}`),
    ...(files.includes('requirements.txt') || !own ? [] : [extra === undefined ? '.' : `'.[${extra.key}]'`]),
    ...(usesPytest ? ['pytest'] : []),
  ];
  return `python3 -m venv .venv && .venv/bin/pip install --quiet ${wanted.join(' ')}`;
}

/** Below the folder, and not below one inside it that is a project by itself. */
function isOwn(listing: Listing, folder: string, path: string): boolean {
  if (within(folder, path) === null) return false;
  for (let at = folderOf(path); at !== folder && at !== '.'; at = folderOf(at)) {
    if (['pyproject.toml', 'requirements.txt'].some((name) => listing.has(inFolder(at, name)))) return false;
  }
  return true;
}
