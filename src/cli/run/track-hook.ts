import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { TrackerView } from '../../api/views/tracking.ts';
import { DeployerError } from '../../errors.ts';
import { exists } from '../../lib/exists.ts';
import { addressOf, hooksFolder } from '../../lib/git-hooks.ts';
import type { Repository } from '../../lib/git.ts';
import { ignoreMissing, isNodeError } from '../../lib/node-error.ts';
import type { Context } from '../context.ts';
import { hookLine, withoutHookLine, writtenBy } from './hook-line.ts';

/** A hook of the tracked repository. */
export interface Hook {
  readonly path: string;
  /** `kept`: another one is there, and stays as it is. */
  readonly state: 'written' | 'present' | 'kept';
}

export interface Hooks {
  /** That makes the server look at once. */
  readonly line: string;
  readonly hooks: readonly Hook[];
}

/** After which a branch of one's own clone may be further; a shared repository gets its commits by a push. */
const ownHooks = ['post-commit', 'post-merge', 'post-receive'];
const sharedHooks = ['post-receive'];

/** Writes the hooks that make a look at a tracked branch immediate. What is there is never touched. */
export async function writeHooks(context: Context, view: TrackerView): Promise<Hooks> {
  const clone: Repository = { kind: 'working', folder: view.repository };
  const repository = view.remote === null ? clone : await sharedRepository(context, clone, view.remote);
  const folder = await hooksFolder(repository, context.signal);
  const command = fileURLToPath(new URL('../../../bin/deployer', import.meta.url));
  const owner = { home: context.home.root, integration: view.integration };
  const line = hookLine(owner, { command, nodeFolder: dirname(process.execPath) });
  const script = `#!/bin/sh\n${writtenBy}\n${line}\n`;
  await mkdir(folder, { recursive: true });
  const hooks: Hook[] = [];
  for (const name of view.remote === null ? ownHooks : sharedHooks) {
    const path = join(folder, name);
    hooks.push({ path, state: await writeHook(path, script, line) });
  }
  return { line, hooks };
}

/** What a hook of the repository was that `--stop` has taken the line out of. */
export interface TakenHook {
  readonly path: string;
  /** `changed`: it has lines of somebody's own, which stay. */
  readonly state: 'removed' | 'changed';
}

/** Takes out what `writeHooks` wrote, or what somebody added at its word: else commits would be shipped still. */
export async function removeHooks(context: Context, view: TrackerView): Promise<readonly TakenHook[]> {
  const clone: Repository = { kind: 'working', folder: view.repository };
  const shared =
    view.remote === null ? null : await sharedRepository(context, clone, view.remote).catch(refused);
  const taken: TakenHook[] = [];
  for (const repository of [clone, ...(shared === null ? [] : [shared])]) {
    // A clone that is gone ships nothing.
    if (!(await exists(repository.folder))) continue;
    const folder = await hooksFolder(repository, context.signal);
    for (const name of ownHooks)
      taken.push(...(await takeOut(join(folder, name), context, view.integration)));
  }
  return taken;
}

/** Of another host: no hook was written there. */
function refused(error: unknown): null {
  if (error instanceof DeployerError) return null;
  throw error;
}

async function takeOut(path: string, { home }: Context, integration: string): Promise<readonly TakenHook[]> {
  const text = await readFile(path, 'utf8').catch(ignoreMissing);
  if (text === null) return [];
  const left = withoutHookLine(text, { home: home.root, integration });
  if (left === text) return [];
  if (left === null) await rm(path);
  // Its owner and its right to be run stay.
  else await writeFile(path, left);
  return [{ path, state: left === null ? 'removed' : 'changed' }];
}

/** The repository that a remote stands for, when it is one of this machine. */
async function sharedRepository(context: Context, clone: Repository, remote: string): Promise<Repository> {
  const address = await addressOf(clone, remote, context.signal);
  const path = address.startsWith('file://') ? fileURLToPath(address) : resolve(clone.folder, address);
  const isHere = !/^\w+:\/\//.test(address) || address.startsWith('file://');
  if (isHere && (await exists(path))) return { kind: 'working', folder: path };
  throw new DeployerError('repository_invalid', {
    message: `The hooks of ${remote} are on another host, from where they cannot reach this server.`,
    hint: 'It is looked at every 30 s. A job that can reach this home makes it look at once: deployer track --once',
    path: 'hook',
  });
}

async function writeHook(path: string, script: string, line: string): Promise<Hook['state']> {
  try {
    await writeFile(path, script, { flag: 'wx', mode: 0o755 });
    return 'written';
  } catch (error) {
    if (!isNodeError(error) || error.code !== 'EEXIST') throw error;
    return (await readFile(path, 'utf8')).includes(line) ? 'present' : 'kept';
  }
}
