import { expect, test } from 'vitest';

import { type Borders, folderOf, type Packages, type Rules, violations } from './architecture/borders.ts';
import { importsOf } from './architecture/imports-of.ts';
import { loadedWith } from './architecture/loaded-with.ts';
import { arrowsOf, cyclesIn, modulesIn } from './architecture/module-graph.ts';

/**
 * What each folder may import besides itself and `errors.ts`, which everything may. The same map: docs/contributing.md.
 */
const borders: Borders = {
  'errors.ts': [],
  core: [],
  lib: [],
  secrets: ['core', 'lib'],
  spec: ['core', 'lib'],
  questionnaire: ['core', 'spec', 'lib'],
  api: ['core'],
  store: ['core', 'lib'],
  engine: ['core', 'store', 'lib'],
  steps: ['core', 'spec', 'lib'],
  artifacts: ['core', 'lib'],
  backup: ['artifacts', 'core', 'store', 'lib'],
  'targets/process': ['core', 'lib', 'targets/supervised'],
  'targets/supervised': ['core', 'lib'],
  edge: ['core', 'lib'],
  documents: ['core', 'lib'],
  revisions: ['core', 'spec', 'questionnaire', 'engine', 'store', 'lib'],
  server: ['api', 'core', 'spec', 'documents', 'revisions', 'engine', 'store', 'lib'],
  cli: ['api', 'core', 'spec', 'questionnaire', 'documents', 'lib'],
  webhooks: ['core', 'lib'],
  'app.ts': 'assembly.ts api core lib store engine backup server'.split(' '),
  'assembly.ts':
    'core lib store secrets engine steps artifacts edge revisions server targets/process webhooks'.split(' '),
  'restoring.ts': ['api', 'core', 'lib', 'store', 'engine', 'backup'],
  'main.ts': ['cli', 'app.ts', 'restoring.ts', 'lib'],
};

/** Who speaks with what is not ours. `core` has no line, and may not import `node:` either: it only decides. */
const packages: Packages = {
  '@clack/prompts': ['cli'],
  '@dbos-inc/dbos-sdk': ['engine'],
  canonicalize: ['lib'],
  commander: ['cli'],
  croner: ['lib'],
  execa: ['store'],
  'fast-xml-parser': ['steps'],
  fastify: ['server'],
  kysely: ['store'],
  pg: ['store', 'engine', 'server'],
  pino: ['assembly.ts', 'app.ts', 'engine', 'revisions', 'server'],
  undici: ['api', 'edge', 'steps'],
  yaml: ['spec', 'questionnaire'],
  zod: [
    'api',
    'artifacts',
    'backup',
    'cli',
    'edge',
    'lib',
    'questionnaire',
    'server',
    'spec',
    'steps',
    'store',
    'targets/process',
    'targets/supervised',
  ],
};

/** Files that import by a name which is known only when they run. */
const loaders: readonly string[] = [
  // The users of the demo send the tickets that the example itself makes up.
  'src/cli/demo/traffic-program.ts',
];

const rules: Rules = { borders, packages, loaders };
const modules = modulesIn('src');
const arrows = arrowsOf(modules);

test('every import stays within the borders of the table', () => {
  expect(violations(arrows, rules)).toEqual([]);
});

test('no file imports itself on a detour, types included', () => {
  expect(cyclesIn(arrows)).toEqual([]);
});

test('what a file offers has a name and lives in that file: no default exports, no barrels', () => {
  const offering = /^export\s+(?:default\b|\*|(?:type\s+)?\{[^}]*\}\s+from\b|\{[^}]*\bas\s+default\b)/m;
  expect(modules.filter(({ source }) => offering.test(source)).map(({ file }) => file)).toEqual([]);
  expect(offering.test("export {\n  plan,\n} from './plan.ts';")).toBe(true);
  expect(offering.test('export default plan;')).toBe(true);
});

test('what decides and what runs takes the time from a clock that it is given', () => {
  const asksForItself = /\bDate\.now\b|\bnew Date\(\)|\bDate\(\)/;
  const isAsking = ({ file, source }: (typeof modules)[number]): boolean =>
    /^src\/(?:core|engine)\/.*(?<!\.test)\.ts$/.test(file) &&
    file !== 'src/core/clock.ts' &&
    asksForItself.test(source);
  expect(modules.filter(isAsking).map(({ file }) => file)).toEqual([]);
  const planted = ['at: new Date(),', '{ now: Date.now }', 'new Date(clock.now())'];
  const found = planted.filter((source) => isAsking({ file: 'src/engine/acts/ship.ts', source }));
  expect(found).toEqual(planted.slice(0, 2));
});

test('a verb waits for no module that few verbs need: those are loaded when one is typed', () => {
  const few =
    /^(?:src\/(?:app|assembly|restoring)\.ts|src\/(?:documents|engine|server|spec|store)\/|src\/core\/checklist\/(?!(?:checklist|observation|status-sign)\.ts)|yaml$|@clack\/)/;
  const loaded = [...loadedWith('src/cli/main.ts', modules)];
  expect(loaded.filter((file) => few.test(file))).toEqual([]);
  expect(loaded).toEqual(
    expect.arrayContaining(['src/cli/verbs/status.ts', 'src/cli/server/connect.ts', 'commander']),
  );
});

test('no program names all that `node:http` exports, which takes as long as to start Node', () => {
  const naming = /^import (?!type\b)[^;]*from 'node:http';/m;
  const files = modules.filter(({ file }) => !file.endsWith('.test.ts'));
  expect(files.filter(({ source }) => naming.test(source)).map(({ file }) => file)).toEqual([]);
  expect(naming.test("import {\n  request,\n  type Server,\n} from 'node:http';")).toBe(true);
});

test('the table has a row for each folder, and no row for one that is not there', () => {
  expect(new Set(modules.map(({ file }) => folderOf(file)))).toEqual(new Set(Object.keys(borders)));
});

test('each package of the table is imported where the table says', () => {
  const isImported = (name: string, folder: string): boolean =>
    arrows.some(
      ({ from, to }) => folderOf(from) === folder && (to === name || to?.startsWith(`${name}/`) === true),
    );
  const idle = Object.entries(packages).flatMap(([name, folders]) =>
    folders.filter((folder) => !isImported(name, folder)).map((folder) => `${name} in ${folder}`),
  );
  expect(idle).toEqual([]);
});

test('these tests see the program: its modules, their arrows, and every arrow that points at a file', () => {
  expect(modules.length).toBeGreaterThan(380);
  expect(arrows.length).toBeGreaterThan(1800);
  const files = new Set([...modules, ...modulesIn('test')].map(({ file }) => file));
  expect(arrows.filter(({ to }) => to?.endsWith('.ts') === true && !files.has(to))).toEqual([]);
  const lines = modules.flatMap(({ source }) => source.match(/^import\s/gm) ?? []);
  expect(arrows.length).toBeGreaterThanOrEqual(lines.length);
});

test('each way to import is seen, whatever stands between its words', () => {
  const seen: readonly (readonly [string, string | null])[] = [
    ["import './side-effect.ts';", './side-effect.ts'],
    ["import { one, type Two } from './named.ts';", './named.ts'],
    ['import {\n  three,\n  // it is four\n  four,\n} from "./several.ts";', './several.ts'],
    ["import type { Five } from './type.ts';", './type.ts'],
    ["import * as all from './all.ts';", './all.ts'],
    ["import first from './default.ts';", './default.ts'],
    ["export { six } from './again.ts';", './again.ts'],
    ["export * from './star.ts';", './star.ts'],
    ["export type { Seven } from './type-again.ts';", './type-again.ts'],
    ["const later = await import('./later.ts');", './later.ts'],
    ["type Eight = import('./inline-type.ts').Eight;", './inline-type.ts'],
    ['await import(computed);', null],
  ];
  const unseen = [
    "// import('./comment.ts')",
    'const script = `import("./text.ts")`;',
    "export const word = 'from';",
  ];
  const source = [...unseen, ...seen.map(([line]) => line), ...unseen].join('\n');
  expect(importsOf(source).map(({ specifier }) => specifier)).toEqual(seen.map(([, found]) => found));
});

test.each([
  ['src/core/pipeline/plan.ts', "import { sql } from '../../store/runs.ts';", 'core may not import store'],
  [
    'src/core/pipeline/plan.ts',
    "import type { Run } from '../../store/runs.ts';",
    'core may not import store',
  ],
  ['src/core/pipeline/plan.ts', "import { readFile } from 'node:fs/promises';", 'core is pure'],
  ['src/lib/git.ts', "import type { Commit } from '../core/commit.ts';", 'lib may not import core'],
  [
    'src/cli/verbs/ship.ts',
    "const { db } = await import('../../store/runs.ts');",
    'cli may not import store',
  ],
  ['src/edge/main.ts', "import { z } from 'yaml';", 'does not give it to edge'],
  ['src/edge/main.ts', "import { stub } from '../../test/stub.ts';", 'not part of the program'],
  ['src/targets/docker/target.ts', "import { x } from '../process/x.ts';", 'the table does not list'],
  ['src/engine/pipeline.ts', 'await import(`./${name}.ts`);', 'only a running program knows'],
])('a planted violation is found: %s with %s', (file, source, problem) => {
  const [found, ...others] = violations(arrowsOf([{ file, source }]), rules);
  expect(found).toContain(problem);
  expect(others).toEqual([]);
});

test('a planted cycle is found, of types too', () => {
  const planted = arrowsOf([
    { file: 'src/core/a.ts', source: "import type { B } from './b.ts';" },
    { file: 'src/core/b.ts', source: "import { c } from './c.ts';" },
    { file: 'src/core/c.ts', source: "import { a } from './a.ts';" },
    { file: 'src/core/d.ts', source: "import { a } from './a.ts';" },
  ]);
  expect(cyclesIn(planted)).toEqual([['src/core/a.ts', 'src/core/b.ts', 'src/core/c.ts']]);
});
