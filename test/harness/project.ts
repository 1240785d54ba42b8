import { join } from 'node:path';
import { stringify } from 'yaml';

import { errorEnvelope, type ErrorEnvelope } from '../../src/api/error-envelope.ts';
import type { RollbackView } from '../../src/api/views/rollback.ts';
import type { RunView } from '../../src/api/views/runs.ts';
import type { EnvironmentView, StatusView } from '../../src/api/views/status.ts';
import type { RunEvent } from '../../src/core/pipeline/run.ts';
import type { Repository } from '../../src/lib/git.ts';
import { type Files, runGit, scratchRepository, writeFiles } from '../scratch-repository.ts';
import type { Ran, Running } from './command-line.ts';
import type { CommandPlace, DeployerHome } from './deployer-home.ts';

/** How a `ship` ended. */
export interface Shipped extends Ran {
  readonly events: readonly RunEvent[];
  /** Name of the run. */
  readonly run: string;
  readonly result: Extract<RunEvent, { readonly type: 'result' }>;
}

/** An integration in a repository of its own, used through the command line only. */
export interface Project {
  readonly repository: Repository;
  /** Folder of its `deployer.yaml`. */
  readonly folder: string;
  /** Writes files (`null` removes one) and commits everything. Returns the commit. */
  commit(files: Changes, by?: Author): string;
  git(...args: readonly string[]): string;
  start(args: readonly string[], place?: CommandPlace): Running;
  run(args: readonly string[], place?: CommandPlace): Promise<Ran>;
  /** Ships HEAD to its end, or to where a person is waited for. */
  ship(...args: readonly string[]): Promise<Shipped>;
  /** The last line of a command that must succeed. */
  read<T>(...args: readonly string[]): Promise<T>;
  /** The error of a command that must fail, and its exit code. */
  refused(args: readonly string[], place?: CommandPlace): Promise<Refusal>;
  environment(name: string): Promise<EnvironmentView>;
  view(run: string): Promise<RunView>;
  rollback(environment: string): Promise<RollbackView>;
}

export type Changes = Readonly<Record<string, string | null | object>>;
export type Refusal = ErrorEnvelope['error'] & { readonly exit: number };

export interface Author {
  readonly author?: string;
  readonly message?: string;
}

export interface ProjectPlace {
  /** Of `deployer.yaml` in the repository. @default its root */
  readonly folder?: string;
}

/** Objects among the files are written as YAML. */
export function openProject(home: DeployerHome, name: string, { folder = '.' }: ProjectPlace = {}): Project {
  const repository = scratchRepository(join(home.scratch, name), {});
  const cwd = join(repository.folder, folder);
  const start = (args: readonly string[], place?: CommandPlace): Running =>
    home.start(args, { cwd, ...place });
  const run = (args: readonly string[], place?: CommandPlace): Promise<Ran> => start(args, place).ended;

  async function read<T>(...args: readonly string[]): Promise<T> {
    const { code, out, err } = await run([...args, '--json']);
    if (code !== 0) throw new Error(`deployer ${args.join(' ')} ended with ${code}:\n${out}${err}`);
    return lastLine(out) as T;
  }

  return {
    repository,
    folder: cwd,
    commit: (changes, by) => commitChanges(repository, changes, by),
    git: (...args) => runGit(repository, ...args),
    start,
    run,
    ship: (...args) => shipped(start(['ship', '--json', ...args])),
    read,
    async refused(args, place) {
      const { code, out, err } = await run([...args, '--json'], place);
      if (code === 0) throw new Error(`deployer ${args.join(' ')} was not refused:\n${out}${err}`);
      return { ...errorEnvelope.parse(lastLine(out)).error, exit: code };
    },
    async environment(name) {
      const { environments } = await read<StatusView>('status');
      const found = environments.find((environment) => environment.name === name);
      if (found === undefined) throw new Error(`no environment ${name}`);
      return found;
    },
    view: (run) => read<RunView>('run', run),
    rollback: (environment) => read<RollbackView>('rollback', environment),
  };
}

/** Follows a `ship --json` to its end; throws with what it said when it did not get to a run. */
export async function shipped(running: Running): Promise<Shipped> {
  const ran = await running.ended;
  const result = running.events.at(-1);
  if (result?.type !== 'result')
    throw new Error(`ship ended with ${ran.code} and no result:\n${ran.out}${ran.err}`);
  return { ...ran, events: running.events, run: result.run, result };
}

function commitChanges(repository: Repository, changes: Changes, by: Author = {}): string {
  const files: Record<string, string> = {};
  for (const [path, content] of Object.entries(changes)) {
    if (content === null) runGit(repository, 'rm', '-q', '-r', path);
    else files[path] = typeof content === 'string' ? content : stringify(content);
  }
  writeFiles(repository, files satisfies Files);
  runGit(repository, 'add', '--all');
  const { author = 'author <author@example.com>', message = Object.keys(changes).join(', ') } = by;
  runGit(repository, 'commit', '-q', '--allow-empty', '--author', author, '-m', message);
  return runGit(repository, 'rev-parse', 'HEAD').trim();
}

function lastLine(out: string): unknown {
  return JSON.parse(out.trimEnd().split('\n').at(-1) ?? '');
}
