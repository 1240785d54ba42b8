import type { Webhooks } from '../core/alerts/webhook.ts';
import type { ArtifactStore } from '../core/releases/artifacts.ts';
import type { Clock } from '../core/clock.ts';
import type { Edges } from '../core/switching/edge.ts';
import type { Housekeeping } from '../core/retention/housekeeping.ts';
import type { Worker } from '../core/workers/host.ts';
import type { TargetKind } from '../core/definition/integration.ts';
import type { StageKind } from '../core/pipeline/plan.ts';
import type { Secrets, SecretSealer } from '../core/secrets/secrets.ts';
import type { CommitLog, Sources } from '../core/releases/sources.ts';
import type { Step } from '../core/pipeline/step.ts';
import type { Candidates, Switcher } from '../core/switching/switcher.ts';
import type { Target } from '../core/places/target.ts';
import type { Home } from '../lib/home.ts';
import type { Database } from '../store/database.ts';
import type { Messages } from './messages.ts';
import type { RunLogs } from './run-logs.ts';
import type { WorkInFlight } from './work-in-flight.ts';

/** What the engine works with. `app.ts` puts it together. */
export interface Places {
  readonly database: Database;
  readonly home: Home;
  /** This process, as the others know it. */
  readonly worker: Worker;
  readonly clock: Clock;
  /** Does not jump when the time of day is set. */
  readonly steady: Clock;
  /** Folder of Deployer's own Node, for integrations that ask for it. */
  readonly nodeFolder: string;
  readonly edges: Edges;
  readonly artifacts: ArtifactStore;
  readonly sources: Sources;
  readonly commits: CommitLog;
  readonly secrets: Secrets;
  readonly housekeeping: Housekeeping;
  readonly webhooks: Webhooks;
  readonly targets: Readonly<Partial<Record<TargetKind, Target>>>;
}

/** The stages that are work; approval and UAT are people's. */
export type Steps = Readonly<Record<Exclude<StageKind, 'approval' | 'uat'>, Step>>;

export interface EngineParts extends Places {
  readonly steps: Steps;
  readonly sealer: SecretSealer;
  readonly switcher: Switcher;
  readonly candidates: Candidates;
  readonly messages: Messages;
  readonly logs: RunLogs;
  readonly work: WorkInFlight;
}
