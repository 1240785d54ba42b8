export interface AuditView {
  /** Newest first. */
  readonly entries: readonly {
    readonly id: string;
    readonly at: string;
    readonly by: string;
    /** Whether Deployer has proof of the identity, or was only told. */
    readonly proven: boolean;
    readonly action: string;
    readonly subject: string;
    readonly integration: string | null;
    readonly detail: Readonly<Record<string, unknown>>;
  }[];
  readonly next: string | null;
  /** With the first page, or when a digest was asked for. */
  readonly chain: AuditChainView | null;
}

/** The chain over the audit of all integrations. */
export interface AuditChainView {
  readonly entries: number;
  /**
   * Digest of the newest entry, over all before it. Kept elsewhere, it shows later whether they are all still there.
   */
  readonly head: string | null;
  /** What was done to the first entry that is not as it was written; null: all are that were looked at. */
  readonly broken: string | null;
  /** How many of the newest entries were looked at: all of them when a digest was asked for. */
  readonly checked: number;
  /** Whether the chain has the digest that was asked for; null when none was. */
  readonly contains: boolean | null;
}
