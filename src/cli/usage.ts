import type { Command, CommanderError } from 'commander';

import { count } from '../core/texts/figures.ts';
import { DeployerError } from '../errors.ts';

/** What commander refuses, as an error of ours, with how the verb is used: null where no verb was found. */
export function usageError({ message }: CommanderError, verb: Command | null): DeployerError {
  const said = verb?.name() === 'secret' ? withoutValues(message) : message;
  const [first = '', ...rest] = said.replace(/^error: /, '').split('\n');
  const near = /Did you mean (?:one of )?(.+?)\?/.exec(rest.join(' '))?.[1];
  const help = verb === null ? 'deployer --help' : `deployer ${verb.name()} --help`;
  return new DeployerError('usage', {
    message: sentence(first),
    hint: near === undefined ? hintOf(verb, help) : `Did you mean ${near}?   (${help})`,
  });
}

/** `deployer uat <verdict> [run]   (deployer uat --help)` */
function hintOf(verb: Command | null, help: string): string {
  if (verb === null) return help;
  const words = verb.registeredArguments.map((each) =>
    each.required ? `<${each.name()}>` : `[${each.name()}]`,
  );
  return `${['deployer', verb.name(), ...words].join(' ')}   (${help})`;
}

/** In our words what is refused most; the rest as commander says it. */
function sentence(said: string): string {
  const missing = /^missing required argument '(.+)'/.exec(said);
  if (missing !== null) return `<${missing[1]}> is missing.`;
  const many =
    /^too many arguments for '(.+)'\. Expected (\d+) arguments? but got (\d+)(; the value .*)?/.exec(said);
  if (many !== null) {
    const expected = many[2] === '0' ? 'no arguments' : `at most ${count(Number(many[2]), 'argument')}`;
    return `deployer ${many[1]} takes ${expected}, not ${many[3]}${many[4] ?? ''}.`;
  }
  const invalid =
    /^command-argument value '(.*)' is invalid for argument '(.+)'\. Allowed choices are (.+)\.$/.exec(said);
  if (invalid !== null) return `<${invalid[2]}> is one of ${invalid[3]}, not "${invalid[1]}".`;
  return `${said.charAt(0).toUpperCase()}${said.slice(1).replace(/\.$/, '')}.`;
}

/** Somebody may have typed a value where only names belong: what is said of it may end up in the log of a CI job. */
function withoutValues(message: string): string {
  return message
    .replace(/(but got \d+): [^]*$/, '$1; the value comes on standard input')
    .replace(/(unknown option '--?[\w-]+)=[^]*?'/, "$1'");
}
