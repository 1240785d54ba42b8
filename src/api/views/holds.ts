export interface HoldView {
  /** Null: every environment. */
  readonly environment: string | null;
  readonly reason: string;
  readonly by: string;
  readonly at: string;
}

export interface HoldsView {
  readonly release: string;
  readonly version: string;
  readonly holds: readonly HoldView[];
}
