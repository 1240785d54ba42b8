import { z } from 'zod';

import { DeployerError, errorCatalogue, type ErrorCode } from '../errors.ts';
import { stackOf } from '../lib/message-of.ts';

const longestLine = 300;

/** How an edge that cannot start tells its starter why: the last line that it writes to its log, as JSON. */
const StartFailure = z.object({
  code: z.string().refine((code): code is ErrorCode => code in errorCatalogue),
  message: z.string(),
  hint: z.string(),
  path: z.string().optional(),
});

export function startFailure(error: unknown): string {
  if (!(error instanceof DeployerError)) return stackOf(error);
  const { code, message, hint, path } = error;
  return JSON.stringify({ code, message, hint, path });
}

export interface FailedStart {
  /** How it ended. */
  readonly message: string;
  readonly logFile: string;
  readonly lastLines: readonly string[];
}

/** The error that the last lines of an edge's log stand for. */
export function errorOfStart({ message, logFile, lastLines }: FailedStart): DeployerError {
  const failure = StartFailure.safeParse(parsed(lastLines.at(-1) ?? ''));
  if (failure.success) {
    const { code, path, ...facts } = failure.data;
    return new DeployerError(code, path === undefined ? facts : { ...facts, path });
  }
  return new DeployerError('edge_failed', {
    message: `The edge did not start: ${[message, ...tellingLine(lastLines)].join('; it said: ')}.`,
    hint: `Read its log, ${logFile}; the server tries again by itself.`,
    detail: lastLines,
  });
}

/** The line that says most, for where one line is all that is shown: the last error, else the last thing said. */
function tellingLine(lines: readonly string[]): readonly string[] {
  const line =
    lines.findLast((each) => /^(?:\w*Error\b|FATAL)/.test(each)) ??
    lines.findLast((each) => each.trim() !== '' && !/^\s+at |^Node\.js v/.test(each));
  return line === undefined ? [] : [line.trim().slice(0, longestLine).replace(/\.$/, '')];
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
