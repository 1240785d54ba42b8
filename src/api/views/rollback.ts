export interface RollbackView {
  readonly environment: string;
  readonly from: string | null;
  readonly to: string;
  /** The release that was left, which is on hold in the environment now; null when nothing was live. */
  readonly held: string | null;
  /** Request received by the server until the last edge worker acknowledged. */
  readonly switchMs: number;
  /** Hand-over of `when-live` workers; 0 without them. */
  readonly workersMs: number;
  readonly restored: {
    readonly release: string;
    readonly configuration: string;
    /** Revoked versions that were not restored, and what is used in their place; references. */
    readonly substituted: readonly { readonly revoked: string; readonly used: string | null }[];
  };
}

export interface RollbackReadinessView {
  readonly environment: string;
  readonly from: string | null;
  readonly to: string | null;
  readonly version: string | null;
  readonly warm: boolean;
  readonly ready: boolean;
  readonly reasons: readonly string[];
}
