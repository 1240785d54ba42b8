import type { ColumnType, Generated } from 'kysely';

import type { IntegrationDefinition } from '../../core/definition/integration.ts';
import type { Plan } from '../../core/pipeline/plan.ts';
import type { RunEvent, RunState, StageState, Waiting } from '../../core/pipeline/run.ts';
import type { Verdict } from '../../core/verdicts/verdict.ts';
import type { Json, NullableJson, NullableTime, Time } from './column-types.ts';

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
  /** Where the rollback goes back; absent of other causes. */
  readonly environment?: string;
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

export interface CapacityWaiterTable {
  integration: string;
  environment: string;
  run: string;
  since: Time;
}
