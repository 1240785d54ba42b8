import type { Found, Place } from './finding.ts';
import { inFolder, lineOf } from './listing.ts';
import { type ManifestFile, runScript } from './node-manifest.ts';
import type { FoundSuite, SuiteKind } from './package.ts';

/** Names of scripts that run each kind of tests, the telling ones first. */
const scripts: readonly (readonly [SuiteKind, names: readonly string[]])[] = [
  ['unit', ['test:unit', 'test']],
  ['integration', ['test:integration', 'integration-test', 'test:int']],
  ['e2e', ['test:e2e', 'e2e', 'test:end-to-end']],
  ['security', ['test:security', 'security']],
];

/** The tests that a `package.json` has scripts for. */
export function nodeSuites(file: ManifestFile): readonly FoundSuite[] {
  const { scripts: all } = file.manifest;
  const suites = scripts.flatMap(([kind, names]) => {
    const name = names.find((each) => isReal(all[each]));
    if (name === undefined) return [];
    // A lone `test` that drives a browser is no unit test.
    const drives = /\b(?:playwright|cypress)\b/.test(all[name] ?? '');
    return [suiteOf(file, drives ? 'e2e' : kind, name)];
  });
  return [...new Map(suites.map((suite) => [suite.kind, suite])).values()];
}

/** What `npm init` writes into a new package is no test. */
function isReal(script: string | undefined): script is string {
  return script !== undefined && script.trim() !== '' && !script.includes('no test specified');
}

function suiteOf(file: ManifestFile, kind: SuiteKind, name: string): FoundSuite {
  const script = file.manifest.scripts[name] ?? '';
  const at: Place = { path: file.path, line: lineOf(file.text, new RegExp(`"${name}"\\s*:`)) };
  const run = runScript(file.manager.name, name);
  const written = reportIn(script);
  if (written !== null) return { kind, run: found(run, at), plain: run, report: written };
  const asked = reportFlags(script, kind);
  if (asked === null) return { kind, run: found(run, at), plain: run, report: reportInConfig(file) };
  // Of these four only npm needs to be told where its own flags end.
  const end = file.manager.name === 'npm' ? ' --' : '';
  const value = `${asked.before}${run}${end} ${asked.flags}`;
  return { kind, run: found(value, at), plain: run, report: asked.report };
}

function found(value: string, at: Place): Found<string> {
  return { value, at, sure: 'certain' };
}

/** The file that the script itself names for JUnit XML. */
function reportIn(script: string): string | null {
  const patterns = [
    /--test-reporter[= ]junit\b.*?--test-reporter-destination[= ](\S+\.xml)/,
    /--outputFile(?:\.junit)?[= ](\S+\.xml)/,
    /mochaFile=([^\s,"']+\.xml)/,
    /JEST_JUNIT_OUTPUT_FILE=(\S+\.xml)/,
  ];
  for (const pattern of patterns) {
    const path = pattern.exec(script)?.[1]?.replaceAll(/["']/g, '');
    if (path !== undefined && !path.startsWith('/') && !path.includes('..')) return path.replace(/^\.\//, '');
  }
  return null;
}

interface ReportFlags {
  readonly before: string;
  readonly flags: string;
  readonly report: string;
}

/** What makes a runner that brings a JUnit reporter write one; null: it brings none, or flags would not reach it. */
function reportFlags(script: string, kind: SuiteKind): ReportFlags | null {
  const report = `reports/${kind}.xml`;
  if (/^vitest(?: run)?(?: --?[\w-]+(?:=\S+)?)*$/.test(script))
    return { before: '', flags: `--reporter=default --reporter=junit --outputFile.junit=${report}`, report };
  // Node reads its own flags up to the first file, and makes no folders.
  if (!/^node(?: --[\w-]+(?:=\S+)?)*$/.test(script) || !script.includes('--test')) return null;
  const people = '--test-reporter=spec --test-reporter-destination=stdout';
  const junit = `--test-reporter=junit --test-reporter-destination=${report}`;
  return { before: 'mkdir -p reports && ', flags: `${people} ${junit}`, report };
}

const configs = [
  'vitest.config.ts',
  'vitest.config.js',
  'vite.config.ts',
  'jest.config.js',
  'jest.config.ts',
];

/** The file that the configuration of a runner names. */
function reportInConfig({ listing, folder }: ManifestFile): string | null {
  for (const name of configs) {
    const path = inFolder(folder, name);
    const text = listing.read(path);
    if (text === null || !/junit/.test(text)) continue;
    const file = /(?:outputFile|outputName|junit)['"]?\s*:\s*['"]\.?\/?([\w./-]+\.xml)['"]/.exec(text)?.[1];
    if (file !== undefined && !file.includes('..')) return file;
  }
  return null;
}
