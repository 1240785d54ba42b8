import { execFileSync } from 'node:child_process';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Gates } from './gates.ts';

/** Stages whose work is Git's, with the Git command that only they use. */
const ofStages: Readonly<Record<string, string>> = { checkout: 'read-tree', package: 'for-each-ref' };

/**
 * A PATH on which Git comes to a gate that is named as the stage it works for. For the server only: whoever ships uses
 * the same commands.
 */
export async function pathToGitWithGates(
  folder: string,
  gates: Gates,
  commands: Readonly<Record<string, string>> = ofStages,
): Promise<string> {
  const path = process.env['PATH'] ?? '';
  const git = execFileSync('/bin/sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
  const cases = Object.entries(commands).map(([gate, command]) => `*" ${command} "*) ${gates.shell(gate)};;`);
  await mkdir(folder, { recursive: true });
  const file = join(folder, 'git');
  await writeFile(file, ['#!/bin/sh', 'case " $* " in', ...cases, 'esac', `exec ${git} "$@"`, ''].join('\n'));
  await chmod(file, 0o755);
  return `${folder}:${path}`;
}
