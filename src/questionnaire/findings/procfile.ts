import type { Found } from './finding.ts';
import { folderOf, type Listing, nameOf } from './listing.ts';
import { isCommand } from './shell-word.ts';

export interface Process {
  readonly folder: string;
  /** `web` takes requests. */
  readonly name: string;
  readonly start: Found<string>;
}

export function isProcfile(path: string): boolean {
  return nameOf(path) === 'Procfile';
}

/** The processes that a Procfile names; `release` is a task and not one. */
export function readProcfile(listing: Listing, path: string): readonly Process[] {
  return (listing.read(path) ?? '').split(/\r?\n/).flatMap((text, index): readonly Process[] => {
    const [, name, command] = /^([\w-]+)\s*:\s*(\S.*)$/.exec(text) ?? [];
    if (name === undefined || command === undefined || !isCommand(command) || name === 'release') return [];
    const start: Found<string> = { value: command.trim(), at: { path, line: index + 1 }, sure: 'certain' };
    return [{ folder: folderOf(path), name, start }];
  });
}
