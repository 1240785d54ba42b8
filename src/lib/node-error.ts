import { DeployerError } from '../errors.ts';

/** Narrows what a Node API threw to an error with a system code such as `ENOENT`. An error of ours has another kind of code. */
export function isNodeError(error: unknown): error is NodeJS.ErrnoException & { readonly code: string } {
  return (
    error instanceof Error &&
    !(error instanceof DeployerError) &&
    'code' in error &&
    typeof error.code === 'string'
  );
}
