import { DeployerError } from '../../errors.ts';
import { messageOf, stackOf } from '../../lib/message-of.ts';
import type { Style } from './style.ts';

/**
 * What happened, what helps to see why, and what to do next. A known error comes without a stack. `place`: the path
 * that the error is about as the user knows it.
 */
export function errorText(
  error: DeployerError,
  style: Style,
  place: string | undefined = error.path,
): string {
  const lines = [`${style.bad('✗')} ${error.message}`];
  for (const line of error.detail) lines.push(`  ${style.dim('│')} ${line}`);
  if (place !== undefined && !error.message.includes(place)) lines.push(style.dim(`  at ${place}`));
  lines.push(hintText(error.hint, style));
  return lines.join('\n');
}

/** `  → deployer approve triage-desk-3` */
export function hintText(hint: string, style: Style): string {
  return `  ${style.dim('→')} ${/^(deployer|git|export|npm) /.test(hint) ? style.command(hint) : hint}`;
}

export interface Surroundings {
  readonly userHome: string;
  readonly version: string;
}

/** Anything else that is thrown is a bug of ours: what happened, for a report that tells nothing about the user. */
export function bugText(error: unknown, { userHome, version }: Surroundings, style: Style): string {
  const stack = stackOf(error);
  const cause =
    error instanceof Error && error.cause instanceof Error ? `\ncaused by ${error.cause.stack}` : '';
  const lines = (stack + cause).replaceAll(userHome, '~').split('\n');
  return [
    `${style.bad('✗')} This is a bug in Deployer.`,
    ...lines.map((line) => style.dim(`  │ ${line}`)),
    style.dim(`  │ deployer ${version}, Node ${process.versions.node}, ${process.platform} ${process.arch}`),
    `  ${style.dim('→')} Please report it with the lines above. What is deployed stays as it is.`,
  ].join('\n');
}

/** A bug as the error that `--json` prints and a server would send. */
export function internalError(error: unknown): DeployerError {
  return new DeployerError('internal', {
    message: messageOf(error),
    hint: 'Run the command again without --json for what a report needs.',
    cause: error,
  });
}
