/** A message without these means something else, so `Connection` cannot name them away. */
const neverDropped: ReadonlySet<string> = new Set(['content-length', 'content-type', 'host']);

/**
 * The fields that a `Connection` field names, which end with this connection like itself (RFC 9110, section 7.6.1);
 * null for the usual `keep-alive` and `close`.
 */
export function namedByConnection(value: string | undefined): ReadonlySet<string> | null {
  if (value === undefined || value === 'keep-alive' || value === 'close') return null;
  const tokens = value.split(',').map((token) => token.trim().toLowerCase());
  return new Set(tokens.filter((token) => !neverDropped.has(token)));
}
