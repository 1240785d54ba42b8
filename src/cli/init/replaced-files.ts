import { relative } from 'node:path';

import { DeployerError } from '../../errors.ts';
import { type DiffLine, unifiedDiff } from '../../lib/unified-diff.ts';
import type { Context } from '../context.ts';
import type { FileChange } from '../run/questionnaire-files.ts';

/** A file that was there and becomes another one. */
export interface ReplacedFile {
  /** Relative to the folder of the integration. */
  readonly file: string;
  readonly diff: readonly DiffLine[];
}

export function replacedIn(changes: readonly FileChange[], folder: string): readonly ReplacedFile[] {
  return changes.flatMap(({ file, before, after }) =>
    before === null || before === after
      ? []
      : [{ file: relative(folder, file), diff: unifiedDiff(before, after) }],
  );
}

/** What replaces something needs a yes, and here is nobody who could be asked. */
export function wouldReplace(changes: readonly FileChange[], { cwd, isJson }: Context): DeployerError {
  const replaced = replacedIn(changes, cwd);
  return new DeployerError('usage', {
    message: `${replaced.map(({ file }) => file).join(' and ')} would change; nothing was written.`,
    hint: 'Look at the change, then add --yes.',
    // For people it has been printed before.
    detail: isJson ? replaced.flatMap(diffText) : [],
  });
}

function diffText({ file, diff }: ReplacedFile): readonly string[] {
  return [file, ...diff.map(({ kind, text }) => `${kind} ${text}`)];
}
