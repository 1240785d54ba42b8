import { createHash } from 'node:crypto';

import canonicalize from 'canonicalize';

/**
 * JSON in the one form that RFC 8785 (JSON Canonicalization Scheme) gives it: equal data, equal bytes. Throws a
 * TypeError naming the place when the data is not plain JSON (undefined, NaN, a date, a class, a cycle, a lone
 * surrogate): leaving it out silently would give two different things one digest.
 */
export function canonicalJson(value: unknown): string {
  refuseOtherThanJson(value, '$', []);
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('$ is not JSON');
  return text;
}

/** `sha256:<64 hex digits>` of the canonical JSON in UTF-8. */
export function digestOf(value: unknown): string {
  return sha256(canonicalJson(value));
}

/** `sha256:<64 hex digits>` of bytes, or of a text in UTF-8. */
export function sha256(content: string | Uint8Array): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

function refuseOtherThanJson(value: unknown, path: string, above: readonly object[]): void {
  if (value === null || typeof value === 'boolean') return;
  if (typeof value === 'object') return refuseOtherContent(value, path, above);
  if (typeof value === 'string') {
    if (!value.isWellFormed()) throw new TypeError(`${path} has half of a surrogate pair`);
    return;
  }
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`${path} is ${value}, which JSON does not have`);
    return;
  }
  throw new TypeError(`${path} is ${typeof value}, which JSON does not have`);
}

function refuseOtherContent(value: object, path: string, above: readonly object[]): void {
  if (above.includes(value)) throw new TypeError(`${path} contains itself`);
  const within = [...above, value];
  if (Array.isArray(value)) {
    // By index, as forEach would pass over the holes of a sparse array.
    for (let i = 0; i < value.length; i++) refuseOtherThanJson(value[i], `${path}[${i}]`, within);
    return;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw new TypeError(`${path} is a ${value.constructor.name}, which JSON does not have`);
  }
  if (Object.getOwnPropertySymbols(value).length > 0) throw new TypeError(`${path} has a symbol as a key`);
  for (const [key, member] of Object.entries(value)) {
    refuseOtherThanJson(key, `a key of ${path}`, within);
    refuseOtherThanJson(member, `${path}.${key}`, within);
  }
}
