/** Values in nested JSON by dotted path. */
export type Json = Readonly<Record<string, unknown>>;

export function get(source: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), source);
}

/** A copy of `target` with `value` at `path`; a missing value changes nothing. */
export function set(target: Json, path: string, value: unknown): Json {
  if (value === undefined) return target;
  const [key = '', ...rest] = path.split('.');
  if (rest.length === 0) return { ...target, [key]: value };
  const inner = target[key];
  return { ...target, [key]: set(isObject(inner) ? inner : {}, rest.join('.'), value) };
}

/** The paths of all values that are not objects; a list counts as one value. */
export function leaves(source: unknown, prefix = ''): string[] {
  if (!isObject(source)) return [prefix];
  return Object.entries(source).flatMap(([key, value]) =>
    leaves(value, prefix === '' ? key : `${prefix}.${key}`),
  );
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
