import { z } from 'zod';

import { DeployerError, errorCatalogue, type ErrorCode } from '../errors.ts';

/** How an edge that cannot start tells its starter why: the last line that it writes to its log, as JSON. */
const StartFailure = z.object({
  code: z.string().refine((code): code is ErrorCode => code in errorCatalogue),
  message: z.string(),
  hint: z.string(),
  path: z.string().optional(),
});

export function startFailure(error: unknown): string {
  if (!(error instanceof DeployerError)) return error instanceof Error ? (error.stack ?? '') : String(error);
  const { code, message, hint, path } = error;
  return JSON.stringify({ code, message, hint, path });
}

/** The error that the last lines of an edge's log stand for. */
export function errorOfStart(message: string, lastLines: readonly string[]): DeployerError {
  const failure = StartFailure.safeParse(parsed(lastLines.at(-1) ?? ''));
  if (failure.success) {
    const { code, path, ...facts } = failure.data;
    return new DeployerError(code, path === undefined ? facts : { ...facts, path });
  }
  return new DeployerError('edge_failed', {
    message: `The edge did not start: ${message}.`,
    hint: 'The last lines of its log are shown; `deployer doctor` checks ports and rights.',
    detail: lastLines,
  });
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
