import { DeployerError } from '../errors.ts';

/**
 * Narrows what a Node API threw to an error with a system code such as `ENOENT`. An error of ours has another kind of
 * code.
 */
export function isNodeError(error: unknown): error is NodeJS.ErrnoException & { readonly code: string } {
  return (
    error instanceof Error &&
    !(error instanceof DeployerError) &&
    'code' in error &&
    typeof error.code === 'string'
  );
}

/** For `catch`: what is not there counts as null, anything else goes on as an error. */
export function ignoreMissing(error: unknown): null {
  if (isNodeError(error) && error.code === 'ENOENT') return null;
  throw error;
}

/** The same where a folder of the path may have become a file. */
export function ignoreMissingPath(error: unknown): null {
  if (isNodeError(error) && error.code === 'ENOTDIR') return null;
  return ignoreMissing(error);
}
