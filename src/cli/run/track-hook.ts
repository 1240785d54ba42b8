import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { TrackerView } from '../../api/views/tracking.ts';
import { DeployerError } from '../../errors.ts';
import { exists } from '../../lib/exists.ts';
import { addressOf, hooksFolder } from '../../lib/git-hooks.ts';
import type { Repository } from '../../lib/git.ts';
import { isNodeError } from '../../lib/node-error.ts';
import type { Context } from '../context.ts';

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
  const line = hookLine(context, view.integration);
  const script = `#!/bin/sh\n# Written by deployer track --hook: what is new is shipped at once.\n${line}\n`;
  await mkdir(folder, { recursive: true });
  const hooks: Hook[] = [];
  for (const name of view.remote === null ? ownHooks : sharedHooks) {
    const path = join(folder, name);
    hooks.push({ path, state: await writeHook(path, script, line) });
  }
  return { line, hooks };
}

/** In the background: nobody's commit or push waits for it, or fails with it. */
function hookLine({ home }: Context, integration: string): string {
  const command = join(import.meta.dirname, '../../../bin/deployer');
  // Programs with windows start Git without the PATH that a shell has.
  const path = `"$PATH":${quoted(dirname(process.execPath))}`;
  const settings = [`DEPLOYER_HOME=${quoted(home.root)}`, `PATH=${path}`];
  const call = `${quoted(command)} track --once --integration ${quoted(integration)}`;
  return `(${settings.join(' ')} ${call} </dev/null >/dev/null 2>&1 &)`;
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

/** For a POSIX shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
