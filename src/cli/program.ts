import { Argument as CommanderArgument, Command, type Help, Option as CommanderOption } from 'commander';

import type { BuildInfo } from '../lib/build-info.ts';
import { columns } from './output/columns.ts';
import type { Style } from './output/style.ts';
import type { Verb } from './verb.ts';
import type { Argument, Option } from './verb-description.ts';
import { notBuilt, notBuiltYet } from './not-built.ts';

/** What the command line asks for: a verb with its values, still to be run. */
export interface Call {
  readonly verb: Verb;
  readonly values: Readonly<Record<string, unknown>>;
  readonly isJson: boolean;
  readonly integration: string | null;
}

export interface ProgramParts {
  readonly verbs: readonly Verb[];
  readonly build: BuildInfo;
  readonly style: Style;
  readonly print: (text: string) => void;
  /** Called once for a valid call of a verb. */
  readonly onCall: (call: Call) => void;
}

/** The command line as commander knows it. Its errors are thrown, never printed: see `usage.ts`. */
export function programOf(parts: ProgramParts): Command {
  const program = prepare(new Command('deployer'), parts)
    .usage('<verb> [options]')
    .description('Takes an AI agent integration from a commit to production, and back.')
    .version(
      `deployer ${parts.build.version} (built ${parts.build.builtAt})`,
      '-V, --version',
      'print the version',
    )
    .helpCommand(false)
    .configureHelp({ ...helpOf(parts.style), visibleOptions: () => [] })
    .addHelpText('after', `\nMore about one: ${parts.style.command('deployer <verb> --help')}`);
  for (const verb of parts.verbs) addVerb(program, verb, parts);
  for (const [name, summary] of notBuiltYet) addNotBuilt(program, { name, summary }, parts);
  return program;
}

function addVerb(program: Command, verb: Verb, parts: ProgramParts): void {
  const command = prepare(program.command(verb.name), parts)
    .helpGroup(`${verb.group}:`)
    .summary(verb.summary)
    .description(verb.about === undefined ? `${verb.summary}.` : `${verb.summary}.\n\n${verb.about}`)
    .addHelpText('after', examplesText(verb, parts.style));
  for (const [name, argument] of Object.entries(verb.arguments)) {
    command.addArgument(commanderArgument(name, argument));
  }
  for (const option of Object.values(verb.options)) command.addOption(commanderOption(option));
  command.option('--integration <key>', 'another integration than that of the nearest deployer.yaml');
  command.option('--json', 'print JSON');
  command.action((...given: unknown[]) => {
    const options: Record<string, unknown> = command.opts();
    const named = Object.keys(verb.arguments).map((name, index) => [name, given[index] ?? null]);
    const flagged = Object.entries(verb.options).map(([name, option]) => [name, valueOf(option, options)]);
    parts.onCall({
      verb,
      values: Object.fromEntries([...named, ...flagged]),
      isJson: options['json'] === true,
      integration: typeof options['integration'] === 'string' ? options['integration'] : null,
    });
  });
}

/** A verb of a later version: known to `--help`, whatever follows it. */
function addNotBuilt(
  program: Command,
  verb: { readonly name: string; readonly summary: string },
  parts: ProgramParts,
): void {
  prepare(program.command(verb.name), parts)
    .helpGroup('Not built yet:')
    .summary(verb.summary)
    .description(`${verb.summary}.\n\nThis version of Deployer does not have it yet.`)
    .allowUnknownOption()
    .allowExcessArguments()
    .action(() => {
      throw notBuilt(verb.name);
    });
}

function prepare(command: Command, { print, style }: ProgramParts): Command {
  return command
    .exitOverride()
    .configureOutput({ writeOut: print, writeErr: () => undefined, outputError: () => undefined })
    .configureHelp(helpOf(style))
    .helpOption('-h, --help', 'print this help');
}

function commanderArgument(name: string, { isRequired, about, kind }: Argument<unknown>): CommanderArgument {
  const result = new CommanderArgument(isRequired ? `<${name}>` : `[${name}]`, about);
  return isArray(kind) ? result.choices(kind) : result;
}

function commanderOption(option: Option<unknown>): CommanderOption {
  const result = new CommanderOption(option.flags, option.about).makeOptionMandatory(option.isRequired);
  if (isArray(option.kind)) result.choices(option.kind);
  if (option.isRepeatable) {
    result.argParser((value: string, previous: readonly string[] | undefined) => [
      ...(previous ?? []),
      value,
    ]);
  }
  return result;
}

function valueOf(option: Option<unknown>, options: Readonly<Record<string, unknown>>): unknown {
  const value = options[new CommanderOption(option.flags).attributeName()];
  if (value !== undefined) return value;
  if (option.isRepeatable) return [];
  return option.flags.includes('<') ? null : false;
}

function helpOf(style: Style): Partial<Help> {
  return {
    styleTitle: (text) => style.bold(text),
    styleSubcommandTerm: (text) => style.command(text),
    styleOptionTerm: (text) => style.command(text),
    styleArgumentTerm: (text) => style.command(text),
    subcommandTerm: (command) => command.name(),
  };
}

function examplesText(verb: Verb, style: Style): string {
  const rows = verb.examples.map(([command, meaning]) => [style.command(command), style.dim(meaning)]);
  return `\n${style.bold('Examples:')}\n${columns(rows).join('\n')}`;
}

function isArray(kind: Option<unknown>['kind']): kind is readonly string[] {
  return typeof kind !== 'string';
}
