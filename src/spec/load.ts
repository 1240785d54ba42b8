import type { IntegrationDefinition } from '../core/definition/integration.ts';
import type { Problem } from '../core/definition/problem.ts';
import { judge } from './judge.ts';
import { located } from './locate.ts';
import { normalize } from './normalize.ts';
import { namePattern } from './schema/names.ts';
import { valueAt } from './value-at.ts';
import { readYaml } from './yaml-source.ts';

/** Larger files are refused unread: a definition that people can review is a few kilobytes. */
export const maxSpecBytes: number = 64 * 1024;

export interface SpecText {
  readonly text: string;
  /** How the file is named in problems. */
  readonly file: string;
  /** Folder of the file inside the repository, with forward slashes; `.` at its root. */
  readonly folder: string;
  /** Whether something is at a path relative to that folder. Without it, files are not looked for. */
  readonly fileExists?: (path: string) => boolean;
}

export interface LoadedSpec {
  /** Null when one of the problems is an error. */
  readonly definition: IntegrationDefinition | null;
  /** All of them, in the order of the file. */
  readonly problems: readonly Problem[];
}

/** Reads a `deployer.yaml`. Never throws on account of the text. */
export function loadSpec(input: SpecText): LoadedSpec {
  const { text, file, folder } = input;
  if (Buffer.byteLength(text) > maxSpecBytes) return { definition: null, problems: [tooLarge(file)] };
  const source = readYaml(text);
  const { faults, spec } = judge(source, { folder, fileExists: input.fileExists ?? null });
  return {
    definition: spec === null ? null : normalize(spec, folder),
    problems: located(faults, source, file),
  };
}

/** `integration.key` alone, whatever else is wrong with the file; null when it cannot be told. */
export function readIntegrationKey(text: string): string | null {
  if (Buffer.byteLength(text) > maxSpecBytes) return null;
  const { value } = readYaml(text);
  const key = valueAt(value, ['integration', 'key']);
  return typeof key === 'string' && namePattern.test(key) ? key : null;
}

function tooLarge(file: string): Problem {
  return {
    file,
    line: 1,
    column: 1,
    path: '',
    message: `The file is larger than ${maxSpecBytes / 1024} KiB.`,
    hint: 'A definition is a few kilobytes; is this the right file?',
    severity: 'error',
  };
}
