import type { Checklist, PlaceDrift, WaiverView } from '../checklist/checklist.ts';
import type { DeliveryFigures } from './delivery.ts';
import type { IntegrationDefinition } from '../definition/integration.ts';
import type { StageState } from '../pipeline/run.ts';
import type { Settled } from './settled.ts';
import type { Drift } from './statement.ts';

/** Everything that a deployment document is written from. */
export interface DocumentFacts {
  readonly definition: IntegrationDefinition;
  /** Dotted paths of everything that `deployer.yaml` says; null: its text is not known here, its content is. */
  readonly stated: ReadonlySet<string> | null;
  readonly basis: DocumentBasis;
  readonly settled: Settled;
  /** Of those that exist at the server, in promotion order. */
  readonly environments: readonly EnvironmentSeen[];
  readonly checklist: Checklist;
  /** Of releases that are live somewhere and not the newest one: those of that one are in its checklist. */
  readonly liveWaivers: readonly LiveWaiver[];
  /** Of the last environment; null: nothing was ever switched there. */
  readonly delivery: DeliveryFigures | null;
  /** Of environments where what is live raises alerts, or tells somebody. */
  readonly alerts: readonly AlertsSeen[];
  /** How Deployer reaches its database; null: not looked at, as the document is written ahead of an answer. */
  readonly database: DatabaseLink | null;
  readonly drifts: readonly FoundDrift[];
}

/** Which `deployer.yaml` and answers the document speaks of. */
export type DocumentBasis =
  | {
      readonly kind: 'release';
      readonly release: string;
      readonly version: string;
      readonly commit: string;
      readonly at: string;
    }
  /** Files of somebody's folder, given to the server after the newest release was made. */
  | {
      readonly kind: 'draft';
      readonly by: string;
      readonly at: string;
      /** Version of the newest release; null: there is none yet. */
      readonly newest: string | null;
    };

/** What contradicts a statement, by the statement's id. */
export interface FoundDrift {
  readonly statement: string;
  readonly drift: Drift;
}

export interface EnvironmentSeen {
  readonly environment: string;
  /** When it was looked at, ISO 8601. */
  readonly at: string;
  /** Where users reach it; null: nowhere yet, or another host knows. */
  readonly url: string | null;
  /** The host that has it, for people; null: this one. */
  readonly host: string | null;
  readonly live: LiveSeen | null;
  /** What a rollback would go to; null: nothing. */
  readonly wayBack: WayBackSeen | null;
  readonly frozen: { readonly reason: string; readonly by: string; readonly until: string | null } | null;
  /** Where what is live contradicts what was decided of it. */
  readonly drift: readonly PlaceDrift[];
  /** What the stages of the live release's run said, in their order. */
  readonly gates: readonly GateSeen[];
}

export interface LiveSeen {
  readonly deployment: string;
  readonly release: string;
  readonly version: string;
  readonly commit: string;
  /** Digest. */
  readonly configuration: string;
  readonly since: string;
  /** Digest of the artifact of each component. */
  readonly artifacts: Readonly<Record<string, string>>;
  /** By component, as the deployment was made, and ready ones as they were seen last; null: nobody has looked. */
  readonly replicas: Readonly<Record<string, { readonly decided: number; readonly ready: number | null }>>;
  readonly evidence: string | null;
}

export interface LiveWaiver extends WaiverView {
  readonly release: string;
  readonly version: string;
}

export interface WayBackSeen {
  readonly deployment: string;
  readonly version: string;
  readonly isReady: boolean;
  readonly reasons: readonly string[];
}

export interface GateSeen {
  readonly stage: string;
  /** Null: before any environment. */
  readonly environment: string | null;
  readonly state: StageState;
  readonly reason: string | null;
  /** When it ended, or was seen last. */
  readonly at: string;
  readonly evidence: string | null;
}

export interface AlertsSeen {
  readonly environment: string;
  readonly rules: readonly {
    /** `errorRate`, `p95Ms`, … */
    readonly metric: string;
    readonly limit: number;
    /** `ok`, `firing` or `undecided`. */
    readonly state: string;
    readonly reason: string;
    /** Whether somebody looks how it stands: what was seen is fresh. */
    readonly isLookedAt: boolean;
    /** When it was looked at last, ISO 8601; null: never. */
    readonly at: string | null;
  }[];
  /** A reference to a secret, or no more of an address than its host. */
  readonly receivers: readonly string[];
}

export interface DatabaseLink {
  readonly kind: 'socket' | 'loopback' | 'network';
  readonly isEncrypted: boolean;
}
