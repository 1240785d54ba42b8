import type { ColumnType, Generated } from 'kysely';

import type { MigrationKind, ReleaseMigration } from '../../core/releases/migration.ts';
import type { Restored } from '../../core/convergence/restored.ts';
import type { RouteTable } from '../../core/switching/route-table.ts';
import type { SwitchCause } from '../../core/switching/switcher.ts';
import type { Trouble } from '../../core/workers/watchdog.ts';
import type { Json, NullableTime, Time } from './column-types.ts';

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
