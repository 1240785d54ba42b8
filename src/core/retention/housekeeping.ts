import type { RetentionPolicy } from './retention.ts';

/** What pruning does to files. `app.ts` says with what. */
export interface Housekeeping {
  /** Removes what no kept artifact needs. Safe beside a run that packs. */
  sweepArtifacts(order: SweepOrder, signal: AbortSignal): Promise<Swept>;
  /** Keeps the wanted commits of an integration's clone, lets go of the others, and collects what was let go before. */
  tidySources(integration: string, order: TidyOrder, signal: AbortSignal): Promise<number>;
}

export interface SweepOrder {
  /** Digests of the manifests that stay. */
  readonly manifests: readonly string[];
  readonly nowMs: number;
  /** Younger ones stay, whoever they belong to: a run may be about to make a release of them. */
  readonly youngMs: number;
  /** Only counts. */
  readonly isDryRun: boolean;
}

export interface Swept {
  readonly blobs: number;
  readonly bytes: number;
}

export interface TidyOrder {
  readonly wanted: ReadonlySet<string>;
  /** Commits that runs and releases name: others may just have been pushed. */
  readonly known: ReadonlySet<string>;
  readonly isDryRun: boolean;
}

/** What a pruning removed, or would remove. */
export interface Pruned {
  readonly policy: RetentionPolicy;
  readonly releases: readonly {
    readonly integration: string;
    readonly release: string;
    readonly version: string;
  }[];
  readonly deployments: readonly { readonly integration: string; readonly deployment: string }[];
  /** What existed once per environment and has ended, as no release that is kept has it; its data are kept. */
  readonly residents: readonly {
    readonly integration: string;
    readonly environment: string;
    readonly component: string;
  }[];
  /** Whose lines of output went. */
  readonly runs: readonly string[];
  /** Attempts of runs, and rollbacks, of which the engine's records went: what it needs to go on with them. */
  readonly engineRecords: number;
  /** Runs whose checkout was left behind. */
  readonly workspaces: readonly string[];
  readonly commits: number;
  readonly artifacts: Swept;
  /** What could not be looked at; the next pruning tries again. */
  readonly problems: readonly string[];
}
