import { isMapping, type Draft } from './draft.ts';
import type { Path } from './fault.ts';
import type { EnvironmentSection } from './schema/environments.ts';

/** What `mirrors` copies. Everything else of an environment is policy, which is never copied. */
export const shapeKeys = ['target', 'replicas', 'resources', 'env', 'strategy', 'components'] as const;

export interface OwnValue {
  /** Dotted, inside the environment: `components.agent.replicas`. */
  readonly path: string;
  readonly steps: Path;
  readonly value: unknown;
}

/** The single values that an environment gives its shape. */
export function ownShape(section: Draft<EnvironmentSection>): readonly OwnValue[] {
  return shapeKeys.flatMap((key) => leaves(section[key], [key]));
}

function leaves(value: unknown, steps: readonly string[]): readonly OwnValue[] {
  if (isMapping(value)) return Object.entries(value).flatMap(([key, item]) => leaves(item, [...steps, key]));
  return value === undefined ? [] : [{ path: steps.join('.'), steps, value }];
}
