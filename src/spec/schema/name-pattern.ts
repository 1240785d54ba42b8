/**
 * A name that becomes part of file names, URLs, OCI tags, DNS labels and environment variables. Without `_` no two
 * names become the same variable.
 */
export const namePattern: RegExp = /^[a-z](?:[a-z0-9-]{0,38}[a-z0-9])?$/;
