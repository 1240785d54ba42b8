import { cp, mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';

import { readJsonFile } from '../../lib/atomic-file.ts';
import { homeAt } from '../../lib/home.ts';
import type { Context } from '../context.ts';
import { examplesFolder } from './examples-folder.ts';

/** Everything that the demo makes lies in one new folder. */
export interface DemoPlace {
  readonly root: string;
  /** `DEPLOYER_HOME`. */
  readonly home: string;
  /** The repository, with the files of the example and nothing committed yet. */
  readonly repository: string;
  /** `TMPDIR` of everything that the demo ships: the example keeps its data there. */
  readonly temporary: string;
}

/** What an earlier use of the example in this clone may have left behind. */
const made: readonly string[] = ['node_modules', 'reports', 'weights.json'];

export async function makeDemoPlace(): Promise<DemoPlace> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'deployer-demo-')));
  const place = {
    root,
    home: join(root, 'home'),
    repository: join(root, 'triage-desk'),
    temporary: join(root, 'tmp'),
  };
  await mkdir(place.temporary);
  await cp(join(examplesFolder, 'triage-desk'), place.repository, {
    recursive: true,
    filter: (source) => !made.includes(basename(source)),
  });
  return place;
}

/**
 * The command line of somebody who works in the demo's repository, on the demo's home. Settings of the caller's own
 * Deployer (another server, another database) do not reach it.
 */
export function contextIn({ home, repository, temporary }: DemoPlace, context: Context): Context {
  const own = Object.entries(context.env).filter(([name]) => !name.startsWith('DEPLOYER_'));
  return {
    ...context,
    cwd: repository,
    env: { ...Object.fromEntries(own), DEPLOYER_HOME: home, TMPDIR: temporary },
    home: homeAt(home),
    integration: null,
  };
}

/** Removes all that was made. Nothing of it may run any more. */
export async function removeDemoPlace(place: DemoPlace): Promise<void> {
  for (const folder of await foldersOf(place)) {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Everything that must go for nothing to be left: the place, and what lies outside of it. */
export async function foldersOf({ root, home }: DemoPlace): Promise<readonly string[]> {
  const database = await readJsonFile(homeAt(home).databaseFile, DatabaseFile);
  if (database === null) return [root];
  const { data, log, socketFolder } = database.paths;
  const all = [...new Set([root, dirname(data), dirname(log), socketFolder])];
  return all.filter((folder) => !all.some((other) => folder.startsWith(`${other}/`)));
}

interface DatabaseFile {
  readonly paths: { readonly data: string; readonly log: string; readonly socketFolder: string };
}

/** Of root's homes the database lies outside. */
const DatabaseFile: z.ZodType<DatabaseFile> = z.object({
  paths: z.object({ data: z.string(), log: z.string(), socketFolder: z.string() }),
});
