import { z } from 'zod';

import { DeployerError, type ErrorCode, errorCatalogue } from '../errors.ts';

/** How an error crosses the wire, and what `--json` prints last when a verb fails. */
export interface ErrorEnvelope {
  readonly type: 'error';
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly hint: string;
    readonly path?: string | undefined;
    readonly detail?: readonly string[] | undefined;
  };
}

export const errorEnvelope: z.ZodType<ErrorEnvelope> = z.object({
  type: z.literal('error'),
  error: z.object({
    code: z.string(),
    message: z.string(),
    hint: z.string(),
    path: z.string().optional(),
    detail: z.array(z.string()).optional(),
  }),
});

export function toEnvelope(error: DeployerError): ErrorEnvelope {
  return {
    type: 'error',
    error: {
      code: error.code,
      message: error.message,
      hint: error.hint,
      ...(error.path === undefined ? {} : { path: error.path }),
      ...(error.detail.length === 0 ? {} : { detail: error.detail }),
    },
  };
}

/** The error that the server sent. A code that this version does not know becomes `internal`, its text kept. */
export function fromEnvelope({ error }: ErrorEnvelope): DeployerError {
  const code: ErrorCode = error.code in errorCatalogue ? (error.code as ErrorCode) : 'internal';
  return new DeployerError(code, {
    message: error.message,
    hint: error.hint,
    ...(error.path === undefined ? {} : { path: error.path }),
    ...(error.detail === undefined ? {} : { detail: error.detail }),
  });
}
