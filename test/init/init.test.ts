import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

import { deployer, type Ran } from '../cli/command-line.ts';
import { type Files, runGit, scratchRepository } from '../scratch-repository.ts';
import { plantFiles, treeOf } from '../scratch-tree.ts';
import { monorepo } from './shapes/monorepo.ts';
import { nodeAgent } from './shapes/node-agent.ts';
import { pythonAgent } from './shapes/python-agent.ts';
import { sixServices } from './shapes/six-services.ts';

interface Place {
  readonly folder: string;
  run(...args: readonly string[]): Promise<Ran>;
  text(path: string): string;
}

async function placeWith(files: Files, { isRepository = true } = {}): Promise<Place> {
  const scratch = await realpath(await mkdtemp(join(tmpdir(), 'deployer-init-')));
  onTestFinished(() => rm(scratch, { recursive: true }));
  const folder = join(scratch, 'support-desk');
  if (isRepository) scratchRepository(folder, files);
  else plantFiles(folder, files);
  const env = { XDG_STATE_HOME: join(scratch, 'state') };
  return {
    folder,
    // Without a document no server is started.
    run: (verb = '', ...args) =>
      deployer([verb, ...(verb === 'init' ? ['--files-only'] : []), ...args], {
        home: join(scratch, 'home'),
        cwd: folder,
        env,
      }),
    text: (path) => readFileSync(join(folder, path), 'utf8'),
  };
}

function reportOf({ out }: Ran): Report {
  return JSON.parse(out) as Report;
}

interface Report {
  readonly written: readonly string[];
  readonly changes: readonly { readonly file: string; readonly diff: readonly object[] }[];
  readonly next: readonly string[];
  readonly components: readonly { readonly path: string }[];
}

test.each<[name: string, files: Files]>([
  ['a Node agent', nodeAgent],
  ['a Python agent with a Dockerfile', pythonAgent],
  ['a compose file with six services', sixServices],
  ['a monorepo', monorepo],
  ['an empty folder', {}],
])(
  '%s gets a deployer.yaml that check finds valid, and a second init changes nothing',
  async (_name, files) => {
    const place = await placeWith(files);
    const first = await place.run('init', '--yes');
    expect(first).toMatchObject({ code: 0, err: '' });
    expect(await place.run('check')).toMatchObject({ code: 0 });
    const after = treeOf(place.folder);
    const second = await place.run('init', '--yes', '--json');
    expect(reportOf(second).written).toEqual([]);
    expect(treeOf(place.folder)).toEqual(after);
    const anew = await place.run('init', '--yes', '--anew', '--json');
    expect(reportOf(anew).written).toEqual([]);
  },
);

test('what it found is said with its place, and what to type next', async () => {
  const { out } = await (await placeWith(nodeAgent)).run('init', '--yes');
  expect(out).toContain('OpenAI SDK (openai)');
  expect(out).toContain('package.json:15');
  expect(out).toContain('deployer secret set agent#OPENAI_API_KEY');
  expect(out).toContain('git add');
  expect(out).toMatch(/deployer questions.*\d+ open/);
});

test('without a terminal nothing is asked and nothing is written: --yes or --answers is needed', async () => {
  const place = await placeWith(nodeAgent);
  const before = treeOf(place.folder);
  const { code, err } = await place.run('init');
  expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('deployer init --yes') });
  expect(treeOf(place.folder)).toEqual(before);
});

test('a deployer.yaml that is there stays as it is', async () => {
  const place = await placeWith(nodeAgent);
  await place.run('init', '--yes');
  const own = place.text('deployer.yaml').replace('# Assumed:', '# We know:');
  writeFileSync(join(place.folder, 'deployer.yaml'), own);
  expect(await place.run('init', '--yes')).toMatchObject({ code: 0 });
  expect(place.text('deployer.yaml')).toBe(own);
});

test('nothing is replaced without a yes, and what would be is shown as a diff', async () => {
  const place = await placeWith(nodeAgent);
  await place.run('init', '--yes');
  const own = place.text('deployer.yaml').replace('seconds: 60', 'seconds: 90');
  writeFileSync(join(place.folder, 'deployer.yaml'), own);
  writeFileSync(join(place.folder, 'team.yaml'), 'answers: {}\n');
  const refused = await place.run('init', '--anew', '--answers', 'team.yaml');
  expect(refused).toMatchObject({ code: 2, err: expect.stringContaining('deployer.yaml would change') });
  expect(refused.out).toContain('-     watch: { seconds: 90, errorRate: 0.02 }');
  expect(refused.out).toContain('+     watch: { seconds: 60, errorRate: 0.02 }');
  expect(place.text('deployer.yaml')).toBe(own);
  expect(await place.run('init', '--anew', '--answers', 'team.yaml', '--yes')).toMatchObject({ code: 0 });
  expect(place.text('deployer.yaml')).toContain('seconds: 60');
});

test('without a terminal for it, what is replaced is in the answer, and in the refusal', async () => {
  const place = await placeWith(nodeAgent);
  await place.run('init', '--yes');
  const own = place.text('deployer.yaml').replace('seconds: 60', 'seconds: 90');
  writeFileSync(join(place.folder, 'deployer.yaml'), own);
  writeFileSync(join(place.folder, 'team.yaml'), 'answers: {}\n');
  const refused = await place.run('init', '--anew', '--answers', 'team.yaml', '--json');
  expect(refused.code).toBe(2);
  const { error } = JSON.parse(refused.out) as { readonly error: { readonly detail: readonly string[] } };
  expect(error.detail[0]).toBe('deployer.yaml');
  expect(error.detail).toContain('-     watch: { seconds: 90, errorRate: 0.02 }');
  expect(error.detail).toContain('+     watch: { seconds: 60, errorRate: 0.02 }');
  const anew = reportOf(await place.run('init', '--anew', '--yes', '--json'));
  expect(anew.changes).toEqual([{ file: 'deployer.yaml', diff: expect.any(Array) }]);
  expect(anew.changes[0]?.diff).toContainEqual({
    kind: '-',
    text: '    watch: { seconds: 90, errorRate: 0.02 }',
  });
});

test('answers of a file stand in deployer.yaml and in answers.yaml, with who gave them', async () => {
  const place = await placeWith(nodeAgent);
  const answers = {
    'pipeline.approvers': 'ops@example.com, ann@example.com',
    'rollback.watch': '2m',
    'security.data': 'tbd',
  };
  writeFileSync(join(place.folder, 'team.yaml'), JSON.stringify({ answers }));
  expect(await place.run('init', '--answers', 'team.yaml')).toMatchObject({ code: 0 });
  expect(place.text('deployer.yaml')).toContain('approvers: [ops@example.com, ann@example.com]');
  expect(place.text('deployer.yaml')).toContain('seconds: 120');
  expect(place.text('deployment/answers.yaml')).toMatch(
    /rollback\.watch:[^]*answer: 2m[^]*by: qa@example\.com/,
  );
  expect(place.text('deployment/answers.yaml')).toContain('tbd');
  expect(await place.run('check')).toMatchObject({ code: 0 });
});

test('what was found beyond doubt stands among the answers, with its place', async () => {
  const place = await placeWith(nodeAgent);
  await place.run('init', '--yes');
  expect(place.text('deployment/answers.yaml')).toMatch(
    /pipeline\.ci:[^]*answer: github-actions[^]*by: "deployer init, from \.github\/workflows\/ci\.yml/,
  );
  const { open } = JSON.parse((await place.run('questions', '--json')).out) as { open: { id: string }[] };
  expect(open.map(({ id }) => id)).not.toContain('pipeline.ci');
});

test('an answer to a question that does not exist is refused with its place, and nothing is written', async () => {
  const place = await placeWith(nodeAgent);
  writeFileSync(join(place.folder, 'team.yaml'), 'answers:\n  rollback.wach: 60s\n');
  const before = treeOf(place.folder);
  const { code, err } = await place.run('init', '--answers', 'team.yaml');
  expect(code).toBe(2);
  expect(err).toContain('team.yaml:2:3');
  expect(treeOf(place.folder)).toEqual(before);
});

test('a deployer.yaml with errors is left as it is, and they are listed', async () => {
  const place = await placeWith({
    ...nodeAgent,
    'deployer.yaml': 'deployer: 1\nintegration: { key: Nope }\n',
  });
  const { code, err } = await place.run('init', '--yes');
  expect(code).toBe(2);
  expect(err).toContain('deployer.yaml:2:');
  expect(place.text('deployer.yaml')).toContain('Nope');
});

test('sources of which nothing says how they start are left alone', async () => {
  const place = await placeWith({ 'lib/desk.rb': 'puts 1\n' });
  const { code, err } = await place.run('init', '--yes');
  expect(code).toBe(2);
  expect(err).toContain('Procfile');
  expect(Object.keys(treeOf(place.folder)).filter((path) => !path.startsWith('.git'))).toEqual([
    'lib',
    'lib/desk.rb',
  ]);
});

test('a repository of more programs than one integration has is asked for a folder', async () => {
  const program = '{ "scripts": { "start": "node a.js" } }';
  const programs = Array.from({ length: 101 }, (_, index) => [`p${index}/package.json`, program] as const);
  const place = await placeWith(Object.fromEntries(programs));
  const { code, err } = await place.run('init', '--yes');
  expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('--folder') });
  expect(await place.run('init', '--yes', '--folder', 'p7')).toMatchObject({ code: 0 });
});

test('what Git ignores and what was installed is not looked at, and no link is followed', async () => {
  const place = await placeWith({
    '.gitignore': 'private/\n',
    'private/package.json': '{ "scripts": { "start": "node x.js" }, "dependencies": { "openai": "1" } }',
    'node_modules/x/package.json': '{ "scripts": { "start": "node x.js" } }',
    'app/package.json': '{ "name": "app", "scripts": { "start": "node app.js" } }',
  });
  const ran = await place.run('init', '--yes', '--json');
  expect(reportOf(ran).components).toMatchObject([{ path: 'app' }]);
  expect(ran.out).not.toContain('openai');
});

test('--folder names an integration inside a repository, and what follows is typed there', async () => {
  const place = await placeWith({
    'agents/desk/package.json': '{ "name": "desk", "scripts": { "start": "node app.js" } }',
  });
  const ran = await place.run('init', '--yes', '--folder', 'agents/desk', '--json');
  expect(reportOf(ran)).toMatchObject({
    written: ['deployer.yaml', 'deployment/answers.yaml'],
    next: expect.arrayContaining([
      'cd agents/desk',
      'git add deployer.yaml deployment && git commit -m "Deployer"',
    ]),
  });
  expect(place.text('agents/desk/deployer.yaml')).toContain('key: desk');
});

test('a folder in no repository is told to become one', async () => {
  const place = await placeWith({}, { isRepository: false });
  const { next } = reportOf(await place.run('init', '--yes', '--json'));
  expect(next.slice(0, 2)).toEqual(['git init', 'git add --all && git commit -m "Deployer"']);
});

test('the branch that the repository has is the one that is tracked', async () => {
  const place = await placeWith(nodeAgent);
  runGit({ kind: 'working', folder: place.folder }, 'checkout', '-q', '-b', 'trunk');
  await place.run('init', '--yes');
  expect(place.text('deployer.yaml')).toContain('trigger: { branch: trunk }');
});

test('files of an empty folder with a README are kept beside the agent that it gets', async () => {
  const place = await placeWith({ 'README.md': '# Mine\n', LICENSE: 'mine\n' });
  await place.run('init', '--yes');
  expect(place.text('README.md')).toBe('# Mine\n');
  expect(place.text('.gitignore')).toContain('reports/');
  expect(place.text('agent/main.js')).toContain('/readyz');
});

test('a folder that is not there is refused, and made by nobody', async () => {
  const place = await placeWith({});
  mkdirSync(join(place.folder, 'a'));
  expect(await place.run('init', '--yes', '--folder', 'b')).toMatchObject({ code: 2 });
  expect(await place.run('init', '--yes', '--folder', 'a')).toMatchObject({ code: 0 });
});
