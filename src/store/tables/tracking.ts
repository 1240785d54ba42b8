import type { Generated } from 'kysely';

import type { TipOutcome } from '../../core/tracking/tracking.ts';
import type { Json, NullableJson, NullableTime, Time } from './column-types.ts';

export interface TrackerTable {
  integration: string;
  /** Id of the host that has the clone. */
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
