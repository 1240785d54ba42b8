/** One difference between two JSON values. */
export interface Change {
  /** Dotted path of object keys; positions in lists in brackets. Empty for the values themselves. */
  readonly path: string;
  /** Undefined-free: null stands for "not there". */
  readonly from: unknown;
  readonly to: unknown;
}

/** What differs between two JSON values, in the order of their keys. */
export function jsonDiff(from: unknown, to: unknown, path = ''): readonly Change[] {
  if (isObject(from) && isObject(to)) {
    const keys = [...new Set([...Object.keys(from), ...Object.keys(to)])].sort();
    return keys.flatMap((key) => jsonDiff(from[key], to[key], path === '' ? key : `${path}.${key}`));
  }
  if (Array.isArray(from) && Array.isArray(to)) {
    const length = Math.max(from.length, to.length);
    return Array.from({ length }, (_, at) => jsonDiff(from[at], to[at], `${path}[${at}]`)).flat();
  }
  const change = { path, from: from ?? null, to: to ?? null };
  return Object.is(change.from, change.to) ? [] : [change];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
