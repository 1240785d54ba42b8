import type { HoldView } from './holds.ts';

export interface ReleasesView {
  readonly releases: readonly {
    readonly release: string;
    readonly version: string;
    readonly commit: string;
    readonly createdAt: string;
    /** Environments in which it is live. */
    readonly environments: readonly string[];
    readonly holds: readonly HoldView[];
    /** When its artifacts went; null: it can be deployed. */
    readonly prunedAt: string | null;
  }[];
  readonly next: string | null;
}

export interface DiffView {
  readonly a: string;
  readonly b: string;
  readonly changes: readonly { readonly path: string; readonly from: unknown; readonly to: unknown }[];
}
