import { readFile, stat } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';

import { DeployerError } from '../errors.ts';
import { exists } from '../lib/exists.ts';
import { isNodeError } from '../lib/node-error.ts';
import type { Context } from './context.ts';

/** The integration that a command is about, as the folder it was typed in says. */
export interface Project {
  /** Absolute path of the folder with `deployer.yaml`. */
  readonly folder: string;
  /** Absolute path of `deployer.yaml`. */
  readonly file: string;
  readonly text: string;
}

/** For verbs that read the file itself: a key would not help them. */
const readsTheFile = 'Go to the folder of its deployer.yaml: ship and check read that file.';

/** The nearest `deployer.yaml`, from the working folder up to the root of its Git repository. */
export async function findProject({ cwd }: Context, hint: string = readsTheFile): Promise<Project> {
  for (let folder = cwd; ; folder = dirname(folder)) {
    const file = join(folder, 'deployer.yaml');
    const text = await textOf(file);
    if (text !== null) return { folder, file, text };
    const isRoot = await exists(join(folder, '.git'));
    if (isRoot || folder === dirname(folder)) throw notFound(cwd, { root: isRoot ? folder : null, hint });
  }
}

/** Absolute path of the root of the Git repository that a folder is in; null where there is none. */
export async function repositoryRoot(folder: string): Promise<string | null> {
  if (await exists(join(folder, '.git'))) return folder;
  return folder === dirname(folder) ? null : repositoryRoot(dirname(folder));
}

/** `--integration`, else the key in the nearest `deployer.yaml`, the rest of which may be broken. */
export async function integrationKey(context: Context): Promise<string> {
  if (context.integration !== null) return context.integration;
  const hint = 'Go to the folder of an integration, or name one: --integration <key>.';
  return keyOf(await findProject(context, hint), context.cwd);
}

export async function keyOf(project: Project, cwd: string): Promise<string> {
  // Loaded late: a verb that is told `--integration` does not need to read YAML.
  const { readIntegrationKey } = await import('../spec/load.ts');
  const key = readIntegrationKey(project.text);
  if (key !== null) return key;
  throw new DeployerError('spec_invalid', {
    message: `${relative(cwd, project.file)} names no integration.`,
    hint: 'deployer check',
    path: 'integration.key',
  });
}

/** The integration that a run belongs to: runs are named `<key>-<n>`. */
export function integrationOfRun(run: string): string {
  return run.replace(/-\d+$/, '');
}

function notFound(
  from: string,
  { root, hint }: { readonly root: string | null; readonly hint: string },
): DeployerError {
  const where = root === null || root === from ? from : `${from} or above it, up to ${root}`;
  return new DeployerError('spec_not_found', {
    message: `There is no deployer.yaml in ${where}${root === null ? ', which is in no Git repository' : ''}.`,
    hint: root === null ? `${hint} To begin one: deployer init` : hint,
  });
}

async function textOf(file: string): Promise<string | null> {
  try {
    // Reading anything else fails in ways of its own, or waits for ever.
    if (!(await stat(file)).isFile()) {
      throw new DeployerError('spec_invalid', {
        message: `${file} is not a file.`,
        hint: 'Put the description of the integration there.',
      });
    }
    return await readFile(file, 'utf8');
  } catch (error) {
    if (isNodeError(error) && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return null;
    throw error;
  }
}
