import type { Path } from '../spec/fault.ts';

/** One change of a YAML text. */
export type YamlChange =
  | { readonly kind: 'set'; readonly path: Path; readonly value: unknown }
  | { readonly kind: 'remove'; readonly path: Path };
