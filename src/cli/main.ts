import { CommanderError } from 'commander';
import { homedir } from 'node:os';
import { resolve } from 'node:path';

import { toEnvelope } from '../api/error-envelope.ts';
import { DeployerError } from '../errors.ts';
import { type BuildInfo, buildInfo } from '../lib/build-info.ts';
import { homeAt, homeRoot } from '../lib/home.ts';
import type { Context } from './context.ts';
import { exitCode } from './exit-code.ts';
import { bugText, errorText, internalError } from './output/error-text.ts';
import { type Terminal, terminalOf, type TerminalStreams } from './output/terminal.ts';
import { wrapLines } from './output/wrap.ts';
import { type Call, programOf } from './program.ts';
import type { ServerVerbs } from './server-verbs.ts';
import { usageError } from './usage.ts';
import type { Verb } from './verb.ts';
import { verbs } from './verbs.ts';

export interface CommandLine extends TerminalStreams {
  /** What follows the program's name. */
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  readonly serverVerbs: () => Promise<ServerVerbs>;
}

/** Runs one command line and resolves with its exit code; never rejects. */
export async function runCommandLine(line: CommandLine): Promise<number> {
  const terminal = terminalOf(line);
  const build = await buildInfo();
  let verb: Verb | null = null;
  try {
    const call = parse(line, terminal, build);
    if (call === null) return exitCode.done;
    verb = call.verb;
    return await verb.run(contextOf(line, call, { terminal, build }), call.values);
  } catch (error) {
    if (line.signal.aborted && !(error instanceof DeployerError)) return exitCode.detached;
    return report({ error, verb }, line, { terminal, build });
  }
}

/** Null when there was nothing to run: help and version were printed. */
function parse(line: CommandLine, terminal: Terminal, build: BuildInfo): Call | null {
  let call: Call | null = null;
  const program = programOf({
    verbs,
    build,
    style: terminal.out.style,
    print: (text) => terminal.out.write(text),
    onCall: (made) => (call = made),
  });
  if (line.args.length === 0) {
    program.outputHelp();
    return null;
  }
  try {
    program.parse(line.args, { from: 'user' });
    return call;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return null;
    const verb = program.commands.find((command) => command.name() === line.args[0]);
    throw usageError(error, verb ?? null);
  }
}

interface Surroundings {
  readonly terminal: Terminal;
  readonly build: BuildInfo;
}

function contextOf(line: CommandLine, call: Call, { terminal, build }: Surroundings): Context {
  return {
    cwd: line.cwd,
    env: line.env,
    terminal,
    stdin: line.stdin,
    isJson: call.isJson,
    integration: call.integration,
    home: homeAt(resolve(line.cwd, homeRoot(line.env))),
    build,
    signal: line.signal,
    verbs,
    serverVerbs: line.serverVerbs,
  };
}

interface Failure {
  readonly error: unknown;
  /** Null: the command line was not understood. */
  readonly verb: Verb | null;
}

function report({ error, verb }: Failure, line: CommandLine, { terminal, build }: Surroundings): number {
  const { out, err } = terminal;
  const known = error instanceof DeployerError ? error : null;
  if (line.args.includes('--json')) out.line(JSON.stringify(toEnvelope(known ?? internalError(error))));
  else if (known !== null) {
    const text = errorText(known, err.style, flagOf(known.path, verb));
    // Logs and pipes get lines as they are, to search and to copy from.
    err.line(err.isLive ? wrapLines(text, err.columns) : text);
  } else err.line(bugText(error, { userHome: homedir(), version: build.version }, err.style));
  return known?.exit ?? exitCode.bug;
}

/** A field of a request is, for whoever typed the command, the flag that filled it. */
function flagOf(path: string | undefined, verb: Verb | null): string | undefined {
  if (path === undefined || verb === null) return path;
  const flags = Object.entries(verb.options).find(
    ([name, { isRepeatable }]) => path === (isRepeatable ? `${name}s` : name),
  )?.[1].flags;
  return flags === undefined ? path : (/--[\w-]+/.exec(flags)?.[0] ?? path);
}
