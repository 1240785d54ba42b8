import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

import { deployer } from '../../../test/cli/command-line.ts';
import { type Answers, type StubServer, stubServer } from '../../../test/cli/stub-server.ts';
import { commitAll, runGit, scratchRepository, writeFiles } from '../../../test/scratch-repository.ts';
import type { Waiting, WaitingKind } from '../../core/pipeline/run.ts';
import { DeployerError } from '../../errors.ts';
import type { Repository } from '../../lib/git.ts';

const at = '2026-12-07T12:00:00.000Z';
const later = '2026-12-07T12:01:30.000Z';
const spec = 'integration: { key: desk }\nthe rest: [is broken\n';

const stage = {
  type: 'stage',
  run: 'desk-1',
  at,
  name: 'build',
  environment: null,
  state: 'passed',
  verdict: 'pass',
  startedAt: at,
  endedAt: at,
  reason: null,
} as const;

function result(
  state: 'succeeded' | 'failed' | 'waiting' | 'cancelled',
  kind: WaitingKind | null = null,
): object {
  const waiting: Waiting | null =
    kind === null
      ? null
      : {
          kind,
          run: 'desk-1',
          environment: 'dev',
          reason: 'r',
          since: at,
          deadline: later,
          next: `deployer do ${kind}`,
        };
  return { type: 'result', run: 'desk-1', at: later, state, waiting, reason: null };
}

const run = {
  run: 'desk-1',
  integration: 'desk',
  release: null,
  version: null,
  commit: 'c',
  state: 'succeeded',
  to: 'production',
  requester: 'qa@example.com',
  note: null,
  reason: null,
  startedAt: at,
  endedAt: null,
  stages: [],
  waiting: null,
  switchedBack: [],
  hold: null,
} as const;

interface Desk {
  readonly server: StubServer;
  readonly repository: Repository;
  readonly clone: string;
}

/** A repository with an integration below its root, and a server that ships it with these events. */
async function desk(events: readonly object[], answers: Answers = {}): Promise<Desk> {
  const folder = mkdtempSync(join(tmpdir(), 'deployer-ship-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const repository = scratchRepository(join(folder, 'clone'), {
    'desks/one/deployer.yaml': spec,
    'a.txt': 'a',
  });
  const clone = join(folder, 'sources', 'desk.git');
  const server = await stubServer({
    source: () => ({ url: clone }),
    ship: () => ({ run: 'desk-1', state: 'queued' }),
    runEvents: () => ({ lines: events }),
    run: () => run,
    ...answers,
  });
  return { server, repository, clone };
}

function ship({ server, repository }: Desk, ...args: string[]): ReturnType<typeof deployer> {
  return deployer(['ship', ...args], {
    home: server.home,
    cwd: join(repository.folder, 'desks/one'),
    env: { PATH: '/bin', HTTPS_PROXY: 'http://proxy.example.com', GITHUB_TOKEN: 'secret', npm_config_x: 'y' },
  });
}

test('ship pushes the commit and asks for it to be shipped, with what commands may see of the environment', async () => {
  const place = await desk([stage, result('succeeded')]);
  const commit = commitAll(place.repository, 'first');
  runGit(place.repository, 'tag', 'v1.0.0');
  const { code, out, err } = await ship(place, '--to', 'staging', '--note', 'try');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toContain('✓ desk-1 is in production');
  const order = place.server.requests.find(({ call }) => call === 'ship');
  expect(order?.actor).toBe('qa@example.com');
  expect(order?.body).toEqual({
    integration: 'desk',
    folder: 'desks/one',
    commit,
    branch: 'main',
    release: null,
    to: 'staging',
    note: 'try',
    newHistory: false,
    env: { PATH: '/bin', HTTPS_PROXY: 'http://proxy.example.com' },
  });
  const bare: Repository = { kind: 'bare', folder: place.clone };
  expect(runGit(bare, 'rev-parse', 'v1.0.0').trim()).toBe(commit);
});

test.for([
  ['succeeded', null, 0, '✓ desk-1 is in production'],
  ['failed', null, 1, '✗ desk-1 failed'],
  ['cancelled', null, 1, '✗ desk-1 was cancelled'],
  ['waiting', 'uat', 3, '→ deployer do uat'],
  ['waiting', 'approval', 3, '→ deployer do approval'],
  ['waiting', 'freeze', 3, '→ deployer do freeze'],
  ['waiting', 'undecided', 5, '→ deployer do undecided'],
] as const)('a run that ends as %s (%s) exits %i', async ([state, kind, code, said]) => {
  const last = result(state, kind);
  const place = await desk([stage, last]);
  commitAll(place.repository, 'first');
  const text = await ship(place);
  expect(text.code).toBe(code);
  expect(text.out).toContain(said);
  const json = await ship(place, '--json');
  expect(json.code).toBe(code);
  expect(
    json.out
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line)),
  ).toEqual([stage, last]);
});

test('with --detach it returns at once, as queued', async () => {
  const place = await desk([]);
  commitAll(place.repository, 'first');
  const { code, out } = await ship(place, '--detach', '--json');
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ type: 'result', run: 'desk-1', state: 'queued', waiting: null });
  expect(place.server.requests.map(({ call }) => call)).not.toContain('runEvents');
});

test('modified tracked files are refused, unless a commit is named', async () => {
  const place = await desk([result('succeeded')]);
  const commit = commitAll(place.repository, 'first');
  writeFiles(place.repository, { 'a.txt': 'changed', 'new.txt': 'untracked' });
  const refused = await ship(place);
  expect(refused.code).toBe(2);
  expect(refused.err).toContain('../../a.txt');
  expect(refused.err).not.toContain('new.txt');
  expect(place.server.requests.filter(({ call }) => call === 'ship')).toEqual([]);
  expect((await ship(place, '--commit', commit.slice(0, 8))).code).toBe(0);
});

test('files of a component that no commit has are named, and what was committed is shipped all the same', async () => {
  const place = await desk([result('succeeded')]);
  const components =
    'components:\n  app: { path: ./app, run: x }\n  tool: { path: ../tool }\n  model: { image: m }\n';
  commitAll(place.repository, 'first', {
    'desks/one/deployer.yaml': `integration: { key: desk }\n${components}`,
    '.gitignore': 'node_modules/\n',
  });
  const files = [
    'one/app/a.js',
    'one/app/b.js',
    'one/app/node_modules/c.js',
    'one/notes.txt',
    'tool/d.js',
    'tool/e.js',
  ];
  writeFiles(place.repository, Object.fromEntries(files.map((file) => [`desks/${file}`, ''])));
  const { code, err } = await ship(place);
  expect({ code, err }).toEqual({
    code: 0,
    err: '! not in the commit, so not shipped: app/a.js, app/b.js, ../tool/d.js and 1 more\n',
  });
  expect((await ship(place, '--json')).err).toContain('app/a.js');
  expect((await ship(place, '--commit', 'HEAD')).err).toBe('');
});

test.for([
  ['a repository without commits', [], 'repository_invalid'],
  ['a commit that is not there', ['--commit', 'v9'], 'commit_not_found'],
] as const)('%s is wrong usage, and nothing is shipped', async ([, args, code]) => {
  const place = await desk([]);
  if (args.length > 0) commitAll(place.repository, 'first');
  const { out, code: exit } = await ship(place, ...args, '--json');
  expect(exit).toBe(2);
  expect(JSON.parse(out)).toMatchObject({ type: 'error', error: { code } });
  expect(place.server.requests.filter(({ call }) => call === 'ship')).toEqual([]);
});

test('a release is shipped again from anywhere', async () => {
  const place = await desk([result('succeeded')]);
  const { code } = await deployer(['ship', '--release', '1.0.0', '--integration', 'desk'], {
    home: place.server.home,
    cwd: '/',
  });
  expect(code).toBe(0);
  const order = place.server.requests.find(({ call }) => call === 'ship');
  expect(order?.body).toMatchObject({ integration: 'desk', commit: null, release: '1.0.0' });
});

test('a ship that is refused at once shows why, and exits with the code of the refusal', async () => {
  const held = new DeployerError('release_held', {
    message: '1.0.0 is on hold.',
    hint: 'deployer unhold 1.0.0',
  });
  const place = await desk([], {
    ship: () => {
      throw held;
    },
  });
  commitAll(place.repository, 'first');
  const { code, err } = await ship(place);
  expect(code).toBe(1);
  expect(err).toBe('✗ 1.0.0 is on hold.\n  → deployer unhold 1.0.0\n');
});

test('a server that is restarted meanwhile does not end the following, and nothing is shown twice', async () => {
  let asked = 0;
  const second = { ...stage, name: 'package' };
  const place = await desk([], {
    runEvents: () => {
      asked += 1;
      return { lines: asked === 1 ? [stage] : [stage, second, result('succeeded')] };
    },
  });
  commitAll(place.repository, 'first');
  const { code, out } = await ship(place, '--json');
  expect(code).toBe(0);
  expect(
    out
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line)),
  ).toEqual([stage, second, result('succeeded')]);
});

test('a server that breaks off again and again is an error that says how to come back', async () => {
  const place = await desk([stage]);
  commitAll(place.repository, 'first');
  const { code, err } = await ship(place);
  expect(code).toBe(1);
  expect(err).toContain('→ deployer run desk-1 --follow');
});

test('Ctrl-C leaves the run alone, exits 130 and says how to come back', async () => {
  const interruption = new AbortController();
  async function* endless(): AsyncGenerator<object> {
    yield stage;
    interruption.abort();
    await new Promise(() => undefined);
  }
  const place = await desk([], { runEvents: () => ({ lines: endless() }) });
  commitAll(place.repository, 'first');
  const { code, err } = await deployer(['ship'], {
    home: place.server.home,
    cwd: join(place.repository.folder, 'desks/one'),
    signal: interruption.signal,
  });
  expect(code).toBe(130);
  expect(err).toBe('\ndesk-1 goes on without this terminal.\n  → deployer run desk-1 --follow\n');
  expect(place.server.requests.map(({ call }) => call)).not.toContain('cancel');
});
