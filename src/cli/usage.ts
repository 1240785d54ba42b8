import type { CommanderError } from 'commander';

import { DeployerError } from '../errors.ts';

/** What commander refuses, as an error of ours: `error: unknown option '--jsno'\n(Did you mean --json?)`. */
export function usageError({ message }: CommanderError, verb: string | null): DeployerError {
  const said = verb === 'secret' ? withoutValues(message) : message;
  const [first = '', ...rest] = said.replace(/^error: /, '').split('\n');
  const near = /Did you mean (?:one of )?(.+?)\?/.exec(rest.join(' '))?.[1];
  const help = verb === null ? 'deployer --help' : `deployer ${verb} --help`;
  const sentence = first.charAt(0).toUpperCase() + first.slice(1).replace(/\.$/, '');
  return new DeployerError('usage', {
    message: `${sentence}.`,
    hint: near === undefined ? help : `Did you mean ${near}?   (${help})`,
  });
}

/** Somebody may have typed a value where only names belong: what is said of it may end up in the log of a CI job. */
function withoutValues(message: string): string {
  return message
    .replace(/(but got \d+): [^]*$/, '$1; the value comes on standard input')
    .replace(/(unknown option '--?[\w-]+)=[^]*?'/, "$1'");
}
