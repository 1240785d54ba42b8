/** A digest, commit or other long id, short enough for a column; JSON always carries it whole. */
export function shortId(id: string): string {
  const [algorithm, hex] = id.includes(':')
    ? [id.slice(0, id.indexOf(':') + 1), id.slice(id.indexOf(':') + 1)]
    : ['', id];
  return /^[0-9a-f]{16,}$/.test(hex) ? algorithm + hex.slice(0, algorithm === '' ? 7 : 12) : id;
}
