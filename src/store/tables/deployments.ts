import type { ColumnType } from 'kysely';

import type { DeploymentState } from '../../core/switching/deployment.ts';
import type { Preparation } from '../../core/places/target.ts';
import type { Json, NullableTime, Time } from './column-types.ts';

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
  /** Digests of the environment's one-way migrations, of those begun when it was made, that its release knows. */
  knows: Json<readonly string[]>;
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
