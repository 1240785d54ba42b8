import type { ColumnType, Generated } from 'kysely';

import type { Binding } from '../core/binding.ts';
import type { Configuration } from '../core/configuration.ts';
import type { Trouble } from '../core/watchdog.ts';
import type { DeploymentState } from '../core/deployment.ts';
import type { IntegrationDefinition, Policy } from '../core/integration.ts';
import type { MigrationKind, ReleaseMigration } from '../core/migration.ts';
import type { Plan } from '../core/plan.ts';
import type { ReleaseManifest } from '../core/release.ts';
import type { Restored } from '../core/restored.ts';
import type { RouteTable } from '../core/route-table.ts';
import type { RunEvent, RunState, StageState, Waiting } from '../core/run.ts';
import type { Pins } from '../core/secrets.ts';
import type { SwitchCause } from '../core/switcher.ts';
import type { Preparation } from '../core/target.ts';
import type { TipOutcome } from '../core/tracking.ts';
import type { Verdict } from '../core/verdict.ts';
import type { HostTable, WorkerTable } from './worker-tables.ts';

/**
 * The tables of schema `app`. Immutable ones (release, configuration, policy, evidence, decision, switch, audit,
 * run_event, tracked_tip) are protected by triggers: an update or delete fails in the database, whoever tries. Only lines
 * of the log of an old run may go, by pruning.
 */
export interface Tables {
  'app.integration': IntegrationTable;
  'app.release': ReleaseTable;
  'app.configuration': DigestedTable<Configuration>;
  'app.policy': DigestedTable<Policy>;
  'app.environment': EnvironmentTable;
  'app.deployment': DeploymentTable;
  'app.run': RunTable;
  'app.stage': StageTable;
  'app.run_event': RunEventTable;
  'app.evidence': EvidenceTable;
  'app.decision': DecisionTable;
  'app.hold': HoldTable;
  'app.freeze': FreezeTable;
  'app.migration': EnvironmentMigrationTable;
  'app.switch': SwitchTable;
  'app.audit': AuditTable;
  'app.capacity_waiter': CapacityWaiterTable;
  'app.host': HostTable;
  'app.worker': WorkerTable;
  'app.secret_key': SecretKeyTable;
  'app.secret': SecretTable;
  'app.secret_pin': SecretPinTable;
  'app.schedule': ScheduleTable;
  'app.pruned_release': PrunedReleaseTable;
  'app.tracker': TrackerTable;
  'app.tracked_tip': TrackedTipTable;
}

/** JSON columns are written as text and read parsed. */
type Json<T> = ColumnType<T, string, string>;
type NullableJson<T> = ColumnType<T | null, string | null, string | null>;
type Time = ColumnType<Date, Date | string, Date | string>;
type NullableTime = ColumnType<Date | null, Date | string | null, Date | string | null>;

export interface IntegrationTable {
  key: string;
  folder: string;
  /** As of the newest commit shipped. */
  definition: Json<IntegrationDefinition>;
  next_run: number;
  updated_at: Time;
}

export interface ReleaseTable {
  id: string;
  integration: string;
  commit: string;
  version: string;
  content: string;
  manifest: Json<ReleaseManifest>;
  definition: Json<IntegrationDefinition>;
  created_at: Time;
}

interface DigestedTable<T> {
  digest: string;
  body: Json<T>;
}

export interface EnvironmentTable {
  integration: string;
  name: string;
  position: number;
  /** The route table that should be in force; its generation fences every writer. */
  routes: Json<RouteTable>;
  generation: number;
  /** Run or rollback that changes the environment now. */
  holder: string | null;
  held_since: NullableTime;
  next_deployment: number;
  /** Since a backup was restored, until the environment is settled again. */
  restored: ColumnType<Restored | null, string | null | undefined, string | null>;
  /** Where it is: only workers of this host touch it. Null before the first ship. */
  host: string | null;
  /** What was wrong with it when its host looked last. */
  trouble: ColumnType<readonly Trouble[], string | undefined, string>;
}

export interface DeploymentTable {
  integration: string;
  id: string;
  environment: string;
  release: string;
  configuration: string;
  /** Digest of the policy that it brings: in force once it is stable. */
  policy: string;
  /** Digest of the policy that was in force when it was made. */
  judged_by: string;
  preparation: Json<Preparation>;
  state: DeploymentState;
  reason: string | null;
  /** Run that made it; null when a rollback brought it back. */
  run: string | null;
  /** What was stable when it was made. */
  replaces: string | null;
  preview_port: number | null;
  created_at: Time;
  state_at: Time;
  /** When a warm one retires. */
  warm_until: NullableTime;
  /** When its files and logs went. */
  pruned_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
}

export interface RunTable {
  id: string;
  integration: string;
  number: number;
  commit: string;
  /** That it was shipped from; null: unknown. */
  branch: string | null;
  release: string | null;
  to: string;
  plan: Json<Plan>;
  definition: Json<IntegrationDefinition>;
  authors: Json<readonly string[]>;
  requester: string;
  note: string | null;
  env: Json<Readonly<Record<string, string>>>;
  state: RunState;
  reason: string | null;
  waiting: NullableJson<Waiting>;
  cancel: NullableJson<CancelRequested>;
  /** Grows with every retry; part of the workflow's id. */
  attempt: number;
  created_at: Time;
  ended_at: NullableTime;
  /** When the lines of its log went; its stages and its result stay. */
  logs_pruned_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
  /** Whose workers it runs on. */
  host: string | null;
}

export interface CancelRequested {
  /** A rollback moves the traffic itself; after a plain cancel the run puts it back. */
  readonly cause: 'cancel' | 'rollback' | 'superseded';
  readonly by: string;
  readonly reason: string;
  readonly at: string;
}

export interface StageTable {
  run: string;
  index: number;
  name: string;
  environment: string | null;
  state: StageState;
  verdict: Verdict | null;
  reason: string | null;
  started_at: NullableTime;
  ended_at: NullableTime;
  memo: NullableJson<unknown>;
}

export interface RunEventTable {
  seq: Generated<string>;
  run: string;
  body: Json<RunEvent>;
}

export interface EvidenceTable {
  digest: string;
  kind: string;
  run: string;
  stage: number;
  release: string | null;
  environment: string | null;
  deployment: string | null;
  body: Json<Readonly<Record<string, unknown>>>;
  at: Time;
}

export type DecisionKind = 'approve' | 'reject' | 'uat-pass' | 'uat-fail' | 'retry';

export interface DecisionTable {
  id: Generated<string>;
  run: string;
  stage: number;
  attempt: number;
  kind: DecisionKind;
  identity: string;
  proven: boolean;
  binding: string | null;
  parts: NullableJson<Binding>;
  detail: Json<Readonly<Record<string, unknown>>>;
  at: Time;
}

export interface HoldTable {
  id: Generated<string>;
  integration: string;
  release: string;
  content: string;
  environment: string | null;
  reason: string;
  identity: string;
  at: Time;
  lifted_at: NullableTime;
  lifted_by: string | null;
  lifted_reason: string | null;
}

export interface FreezeTable {
  id: Generated<string>;
  integration: string;
  environment: string;
  reason: string;
  identity: string;
  at: Time;
  /** When it is over by itself; null: when somebody ends it. */
  until: NullableTime;
  ended_at: NullableTime;
  ended_by: string | null;
  ended_reason: string | null;
}

/** A migration as it was begun in an environment: one row per run that began it. */
export interface EnvironmentMigrationTable {
  id: Generated<string>;
  integration: string;
  environment: string;
  /** Of the body: an environment takes each once. */
  digest: string;
  body: Json<ReleaseMigration>;
  kind: MigrationKind;
  run: string;
  release: string;
  /** Number of the first deployment that can have been made after it began. */
  first_deployment: number;
  begun_at: Time;
  ended_at: NullableTime;
  /** Null: it goes on, or was cut off. */
  outcome: 'done' | 'failed' | null;
}

export interface SwitchTable {
  id: Generated<string>;
  integration: string;
  environment: string;
  generation: number;
  from: string | null;
  to: string | null;
  cause: SwitchCause;
  run: string | null;
  identity: string;
  at: Time;
}

export interface AuditTable {
  id: Generated<string>;
  at: Time;
  integration: string | null;
  identity: string;
  proven: boolean;
  action: string;
  subject: string;
  detail: Json<Readonly<Record<string, unknown>>>;
}

export interface CapacityWaiterTable {
  integration: string;
  environment: string;
  run: string;
  since: Time;
}

/** The data key of an integration, encrypted; format in docs/secrets.md. */
export interface SecretKeyTable {
  integration: string;
  /** What it is encrypted with: the key file of a home, or a passphrase. */
  source: 'key-file' | 'passphrase';
  /** For the passphrase. */
  salt: Buffer | null;
  wrapped: Buffer;
  created_at: Time;
}

/** A version of a secret. What was sealed is never changed; a version may be revoked, once. */
export interface SecretTable {
  integration: string;
  path: string;
  key: string;
  version: number;
  sealed: Buffer;
  identity: string;
  at: Time;
  revoked_at: NullableTime;
  revoked_by: string | null;
  revoked_reason: string | null;
}

/** The versions that a run uses in an environment; an empty name stands for what runs before any. */
export interface SecretPinTable {
  run: string;
  attempt: number;
  environment: string;
  pins: Json<Pins>;
  at: Time;
}

export interface ScheduleTable {
  name: string;
  cron: string;
  time_zone: string;
  /** Null: it has no time to come. */
  next_at: NullableTime;
  started_at: NullableTime;
  /** Null while it goes on. */
  ended_at: NullableTime;
  /** That started it last. */
  worker: string | null;
  /** Times before the last start at which nobody was there. */
  missed: number;
  ok: boolean | null;
  summary: string | null;
  findings: ColumnType<Readonly<Record<string, readonly string[]>> | null, string | undefined, string>;
}

export interface PrunedReleaseTable {
  release: string;
  at: Time;
}

export interface TrackerTable {
  integration: string;
  /** That has the clone. */
  host: string;
  /** Absolute path of the clone. */
  repository: string;
  /** Of `deployer.yaml` in it. */
  folder: string;
  /** Null: the clone's own branch. */
  remote: string | null;
  branch: string;
  identity: string;
  proven: boolean;
  env: Json<Readonly<Record<string, string>>>;
  /** False: looked at when somebody asks for it, only. */
  polls: boolean;
  since: Time;
  /** Tip that was dealt with last; null: none yet. */
  cursor: string | null;
  looked_at: NullableTime;
  trouble: NullableJson<TrackerTrouble>;
}

/** Why a tracked branch could not be looked at. */
export interface TrackerTrouble {
  readonly message: string;
  readonly hint: string;
  /** ISO 8601, of the first look that failed. */
  readonly since: string;
  /** In a row. */
  readonly failures: number;
}

export interface TrackedTipTable {
  id: Generated<string>;
  integration: string;
  branch: string;
  from: string | null;
  commit: string;
  commits: number | null;
  rewritten: boolean;
  outcome: TipOutcome;
  run: string | null;
  /** Of a refusal. */
  reason: string | null;
  hint: string | null;
  at: Time;
}
