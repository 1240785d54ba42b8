import { isMapping } from './draft.ts';
import { shapeKeys } from './own-shape.ts';
import type { EnvironmentSection } from './schema/environments.ts';

/** `own` over `base`: mappings key by key, everything else replaced whole. Neither is changed. */
export function deepMerge(base: unknown, own: unknown): unknown {
  if (!isMapping(base) || !isMapping(own)) return own === undefined ? base : own;
  const merged: Record<string, unknown> = Object.assign(Object.create(null), base);
  for (const [key, value] of Object.entries(own)) merged[key] = deepMerge(merged[key], value);
  return merged;
}

/** An environment with the shape that it takes over from `original`. Policy stays its own. */
export function mirrored(
  section: EnvironmentSection,
  original: EnvironmentSection | undefined,
): EnvironmentSection {
  if (original === undefined) return section;
  const shape = Object.fromEntries(
    shapeKeys.flatMap((key) => (key in original ? [[key, original[key]]] : [])),
  );
  return deepMerge(shape, section) as EnvironmentSection;
}
