import type { z } from 'zod';
import type { Path } from './fault.ts';
import type { Spec } from './schema/spec.ts';

/** What is left of a type when any part of it may have been taken out. Lists keep their positions. */
export type Draft<T> = T extends readonly (infer Item)[]
  ? readonly (Draft<Item> | undefined)[]
  : T extends object
    ? { readonly [Key in keyof T]?: Draft<T[Key]> | undefined }
    : T;

/** A definition without the values that the schema refuses, so that rules across fields can judge the rest. */
export type SpecDraft = Draft<Spec>;

/**
 * Copies `value` without what the schema refuses. The keys of refused values stay, without value: they are no unknown
 * names, and the last environment stays the last one.
 */
export function draftOf(value: unknown, issues: readonly z.core.$ZodIssue[]): SpecDraft {
  const refused = new Set(issues.flatMap(refusedPaths).map((path) => JSON.stringify(path)));
  const draft = copyWithout(value, [], refused);
  return isMapping(draft) ? draft : {};
}

function refusedPaths(issue: z.core.$ZodIssue): readonly (readonly PropertyKey[])[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => [...issue.path, key]);
  return [issue.path];
}

function copyWithout(value: unknown, path: Path, refused: ReadonlySet<string>): unknown {
  if (refused.has(JSON.stringify(path))) return undefined;
  if (Array.isArray(value)) return value.map((item, index) => copyWithout(item, [...path, index], refused));
  if (!isMapping(value)) return value;
  // Without prototype, so that a component named `constructor` is looked up like any other.
  const copy: Record<string, unknown> = Object.create(null);
  for (const [key, item] of Object.entries(value)) copy[key] = copyWithout(item, [...path, key], refused);
  return copy;
}

/** Whether the key is written, but not with a value that can be judged. */
export function isRefused(section: object | undefined, key: string): boolean {
  return section !== undefined && Object.hasOwn(section, key) && Reflect.get(section, key) === undefined;
}

export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The entries that are still there. */
export function entriesOf<T>(
  record: Readonly<Record<string, T | undefined>> | undefined,
): readonly [string, T][] {
  return Object.entries(record ?? {}).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]]));
}

/** The items that are still there, with their positions. */
export function itemsOf<T>(list: readonly (T | undefined)[] | undefined): readonly [number, T][] {
  return (list ?? []).flatMap((item, index) => (item === undefined ? [] : [[index, item]]));
}
