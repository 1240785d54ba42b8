import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { homeAt } from '../../lib/home.ts';

/** Everything that the demo makes lies in one new folder. */
export interface DemoPlace {
  readonly root: string;
  /** `DEPLOYER_HOME`. */
  readonly home: string;
  /** The repository, made from the example. */
  readonly repository: string;
  /** `TMPDIR` of everything that the demo starts: the example keeps its data there. */
  readonly temporary: string;
}

/** `src/cli/demo` and `dist/cli/demo` lie equally deep. */
const examples = fileURLToPath(new URL('../../../examples', import.meta.url));

const gitDeadlineMs = 30_000;

export async function makeDemoPlace(): Promise<DemoPlace> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'deployer-demo-')));
  const place = {
    root,
    home: join(root, 'home'),
    repository: join(root, 'triage-desk'),
    temporary: join(root, 'tmp'),
  };
  await mkdir(place.temporary);
  const leftOut = new Set(['node_modules', 'reports']);
  await cp(join(examples, 'triage-desk'), place.repository, {
    recursive: true,
    filter: (source) => !leftOut.has(basename(source)),
  });
  // npm leaves it out of packages; what builds make must not be taken for source.
  await writeFile(join(place.repository, '.gitignore'), 'node_modules/\nreports/\nweights.json\n', {
    flag: 'a',
  });
  await git(place, 'init', '--quiet', '--initial-branch=main');
  return place;
}

/** Commits everything that is there, by the demo's engineer. */
export async function commitAll(place: DemoPlace, message: string): Promise<void> {
  await git(place, 'add', '--all');
  await git(place, 'commit', '--quiet', '--message', message);
}

/** Puts a variant's change in the work tree. */
export async function applyVariant(place: DemoPlace, name: string): Promise<void> {
  await git(place, 'apply', join(examples, 'variants', `${name}.patch`));
}

/** Removes all that was made, also the database, which root's homes have outside of them. */
export async function removeDemoPlace(place: DemoPlace): Promise<void> {
  const database = await databaseFolder(place);
  await rm(place.root, { recursive: true, force: true });
  if (database !== null) await rm(database, { recursive: true, force: true });
}

async function databaseFolder(place: DemoPlace): Promise<string | null> {
  const text = await readFile(homeAt(place.home).databaseFile, 'utf8').catch(() => null);
  const data = text === null ? null : /"data": "([^"]+)"/.exec(text)?.[1];
  return data === null || data === undefined ? null : dirname(data);
}

/** Git as the demo's engineer, whatever this machine's own settings are: signing, hooks, templates. */
async function git({ repository }: DemoPlace, ...args: readonly string[]): Promise<void> {
  const who = { name: 'Dev of the demo', email: 'dev@example.com' };
  await promisify(execFile)('git', args, {
    cwd: repository,
    timeout: gitDeadlineMs,
    env: {
      PATH: process.env['PATH'],
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_TEMPLATE_DIR: '',
      GIT_AUTHOR_NAME: who.name,
      GIT_AUTHOR_EMAIL: who.email,
      GIT_COMMITTER_NAME: who.name,
      GIT_COMMITTER_EMAIL: who.email,
    },
  });
}
