/** A line in a Git hook, and how it is found again to be taken out. */

export interface HookOwner {
  /** `DEPLOYER_HOME` */
  readonly home: string;
  readonly integration: string;
}

export const writtenBy = '# Written by deployer track --hook: what is new is shipped at once.';

/** In the background: nobody's commit or push waits for it, or fails with it. */
export function hookLine(
  { home, integration }: HookOwner,
  { command, nodeFolder }: { readonly command: string; readonly nodeFolder: string },
): string {
  // Programs with windows start Git without the PATH that a shell has.
  const path = `"$PATH":${quoted(nodeFolder)}`;
  return `(DEPLOYER_HOME=${quoted(home)} PATH=${path} ${quoted(command)}${callOf(integration)}`;
}

/**
 * A hook without the lines that look at a branch of an integration for a home, wherever Node or Deployer were when they
 * were written; the same text when there are none, null when nothing else stands in it that does anything.
 */
export function withoutHookLine(text: string, { home, integration }: HookOwner): string | null {
  const begin = `(DEPLOYER_HOME=${quoted(home)} `;
  const isOurs = (line: string): boolean => line.startsWith(begin) && line.endsWith(callOf(integration));
  const lines = text.split('\n');
  const left = lines.filter((line) => !isOurs(line));
  if (left.length === lines.length) return text;
  const isEmpty = left.every((line) => line.trim() === '' || line === '#!/bin/sh' || line === writtenBy);
  return isEmpty ? null : left.join('\n');
}

function callOf(integration: string): string {
  return ` track --once --integration ${quoted(integration)} </dev/null >/dev/null 2>&1 &)`;
}

/** For a POSIX shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
