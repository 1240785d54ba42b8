/** Narrows what a Node API threw to an error with a system code such as `ENOENT`. */
export function isNodeError(error: unknown): error is NodeJS.ErrnoException & { readonly code: string } {
  return error instanceof Error && 'code' in error && typeof error.code === 'string';
}
