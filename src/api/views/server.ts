/** What the API answers. Digests are never shortened; times are ISO 8601 in UTC; no URL ends in `/`. */

export interface ServerView {
  readonly pid: number;
  /** Version of the package; a newer CLI restarts an older server. */
  readonly version: string;
  /** Commit time (ISO 8601) of the code; decides between equal versions. */
  readonly builtAt: string;
  readonly home: string;
  readonly startedAt: string;
  readonly database: {
    readonly kind: 'embedded' | 'external';
    readonly version: string;
    /** Null for one that is not Deployer's own. */
    readonly pid: number | null;
  };
}

export interface StoppedView {
  readonly stopped: readonly string[];
}
